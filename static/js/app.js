/* What a page gains where scripts run. Everything works without this file; ES2017 for old web views. */
(function () {
  'use strict'
  var all = function (selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)) }
  var on = function (name, act) { document.addEventListener(name, act) }
  var formOf = function (element) { return element && element.closest ? element.closest('form') : null }
  /* htmx overwrites detail.elt with whatever is still on the page; the one who asked stands in requestConfig. */
  var sender = function (event) { return formOf((event.detail.requestConfig || event.detail).elt) }

  /* Trouble: one strip that says what went wrong and offers another try. */

  function strip () { return document.getElementById('trouble') }

  function tell (text, retry) {
    var box = strip()
    if (!box) return
    box.textContent = ''
    box.classList.toggle('calm', retry === null)
    box.appendChild(document.createElement('span')).textContent = text
    if (retry) {
      var again = document.createElement('button')
      again.type = 'button'
      again.className = 'button plain'
      again.textContent = box.dataset.retry
      again.addEventListener('click', function () { box.hidden = true; retry() })
      box.appendChild(again)
    }
    box.hidden = false
  }

  function words (status) {
    var said = strip().dataset
    return { 0: said.offline, 400: said.stale, 404: said.stale, 413: said.large, 429: said.often }[status] || said.busy
  }

  function trouble (event) {
    var form = sender(event)
    if (!form || !strip()) return
    var button = form.sentBy
    var status = event.detail.xhr ? event.detail.xhr.status : 0
    tell(words(status), status === 400 || status === 404 ? undefined : function () {
      if (form.requestSubmit) form.requestSubmit(button || undefined)
      else if (button) button.click()
    })
  }
  on('htmx:responseError', trouble)
  on('htmx:sendError', trouble)
  on('htmx:timeout', trouble)

  /* Swaps: a whole page never lands inside a part; what was refused never becomes an address. */

  on('htmx:beforeSwap', function (event) {
    var detail = event.detail
    if (detail.target !== document.body && /^\s*<!doctype/i.test(detail.serverResponse || '')) {
      detail.target = document.body
      detail.swapOverride = 'innerHTML'
    }
  })
  on('htmx:beforeHistoryUpdate', function (event) {
    if (event.detail.xhr.status >= 400) event.detail.history.type = 'none'
  })
  on('htmx:beforeRequest', function (event) {
    if (document.hidden && event.detail.elt.hasAttribute('data-poll')) event.preventDefault()
  })
  on('htmx:afterSettle', function (event) {
    var detail = event.detail
    if (detail.xhr.settled) return
    detail.xhr.settled = true
    var within = document.contains(detail.target) ? detail.target : document.getElementById(detail.target.id) || document.body
    begin(within)
    focus(within, sender(event) && document.activeElement === document.body)
  })

  function focus (within, lost) {
    var first = within.querySelector('[data-focus]')
    if (!first && lost) {
      first = within === document.body ? document.getElementById('main') : within
      first.setAttribute('tabindex', '-1')
    }
    if (first) first.focus({ preventScroll: !first.hasAttribute('data-focus') })
  }

  /* A form is sent once. */

  document.addEventListener('submit', function (event) {
    var form = event.target
    if (form.method !== 'post') return
    if (form.sent) { event.preventDefault(); event.stopImmediatePropagation(); return }
    form.sent = true
    form.sentBy = event.submitter || form.sentBy
    setTimeout(function () { mark(form, true) })
    if (form.hasAttribute('data-download')) setTimeout(function () { mark(form, false) }, 2000)
  }, true)
  on('click', function (event) {
    var button = event.target.closest && event.target.closest('button')
    if (button && button.form) button.form.sentBy = button
    all('details.account[open]').forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false })
  })
  on('keydown', function (event) {
    if (event.key !== 'Escape') return
    all('details.account[open]').forEach(function (menu) { menu.open = false; menu.querySelector('summary').focus() })
  })

  function mark (form, busy) {
    form.sent = busy
    all('button', form).forEach(function (button) {
      if (busy) button.setAttribute('aria-disabled', 'true')
      else button.removeAttribute('aria-disabled')
    })
    all('progress.upload', form).forEach(function (bar) { bar.hidden = true; bar.value = 0 })
  }
  on('htmx:afterRequest', function (event) {
    var form = sender(event)
    if (form) mark(form, false)
    if (form && event.detail.xhr.status >= 200 && event.detail.xhr.status < 400) forget(form)
  })
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) all('form').forEach(function (form) { mark(form, false) })
  })
  on('htmx:xhr:progress', function (event) {
    var form = sender(event)
    var bar = form && form.querySelector('progress.upload')
    if (!bar || !event.detail.lengthComputable) return
    bar.hidden = false
    bar.value = 100 * event.detail.loaded / event.detail.total
  })

  /* Drafts: text only, in this browser, gone once it was sent. */

  var KEPT = 'input[type=text],input[type=date],input[type=number],input[type=radio],textarea,select'
  function place (form) { return 'draft:' + form.dataset.draft }
  function store (act) { try { return act(window.localStorage) } catch (refused) { return null } }
  var waiting
  function forget (form) {
    clearTimeout(waiting) /* what was typed just before it was sent is no draft either */
    if (form.dataset.draft) store(function (box) { box.removeItem(place(form)) })
  }

  function keep (form) {
    var values = {}
    all(KEPT, form).forEach(function (input) {
      if (input.name && (input.type !== 'radio' || input.checked)) values[input.name] = input.value
    })
    store(function (box) { box.setItem(place(form), JSON.stringify(values)) })
  }

  function restore (form) {
    var text = store(function (box) { return box.getItem(place(form)) })
    if (!text || form.querySelector('[aria-invalid]')) return
    var values = JSON.parse(text)
    var changed = false
    all(KEPT, form).forEach(function (input) {
      var value = values[input.name]
      if (value === undefined) return
      if (input.type === 'radio') {
        if (input.value === value && !input.checked) { input.checked = changed = true }
      } else if (!input.value && value) { input.value = value; changed = true }
    })
    if (changed && strip()) tell(strip().dataset.restored, null)
  }

  /* A counter under a long text. */

  function count (input) {
    all('[data-counts]').forEach(function (line) {
      if (line.dataset.counts === input.id) line.textContent = line.dataset.words.replace('{n}', line.dataset.limit - input.value.length)
    })
  }

  on('input', function (event) {
    count(event.target)
    var form = formOf(event.target)
    if (!form || !form.dataset.draft) return
    clearTimeout(waiting)
    waiting = setTimeout(function () { keep(form) }, 400)
  })

  /* Photos: smaller before they travel, seen before they are sent. */

  async function smaller (file, edge) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 400000 || !window.createImageBitmap) return file
    try {
      var picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
      var scale = Math.min(1, edge / Math.max(picture.width, picture.height))
      var canvas = document.createElement('canvas')
      canvas.width = Math.round(picture.width * scale)
      canvas.height = Math.round(picture.height * scale)
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
      var blob = await new Promise(function (done) { canvas.toBlob(done, 'image/jpeg', 0.82) })
      return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }) : file
    } catch (unreadable) { return file }
  }

  function basket (field) {
    var input = field.querySelector('[data-photos]')
    var files = []
    function show () {
      var list = field.querySelector('[data-previews]')
      var bag = new DataTransfer()
      list.textContent = ''
      files.forEach(function (file, index) {
        bag.items.add(file)
        var item = list.appendChild(document.createElement('li'))
        var image = item.appendChild(document.createElement('img'))
        image.alt = file.name
        image.src = URL.createObjectURL(file)
        image.onload = function () { URL.revokeObjectURL(image.src) }
        var remove = item.appendChild(document.createElement('button'))
        remove.type = 'button'
        remove.className = 'thumb-remove'
        remove.setAttribute('aria-label', field.dataset.remove + ' ' + (index + 1))
        remove.textContent = '×'
        remove.addEventListener('click', function () { files.splice(index, 1); show(); input.focus() })
      })
      input.files = bag.files
      say(files.length ? field.dataset.ready.replace('{n}', files.length) : '')
    }
    function say (text) { field.querySelector('[data-photos-status]').textContent = text }
    async function take (event) {
      var chosen = Array.prototype.slice.call(event.target.files)
      var form = formOf(field)
      say(field.dataset.shrinking)
      form.sent = true
      for (var i = 0; i < chosen.length; i++) {
        var file = await smaller(chosen[i], Number(input.dataset.photos))
        if (input.multiple) files.push(file)
        else files = [file]
      }
      form.sent = false
      if (event.target !== input) event.target.value = ''
      show()
    }
    all('input[type=file]', field).forEach(function (door) { door.addEventListener('change', take) })
  }

  function canCarry () {
    try { return Boolean(new DataTransfer().items.add(new File([''], 'a')) && window.URL) } catch (old) { return false }
  }

  function begin (within) {
    all('form[data-draft]', within).concat(within.matches && within.matches('form[data-draft]') ? [within] : []).forEach(restore)
    all('[data-photos-field]', within).forEach(function (field) {
      if (canCarry() && !field.ready) { field.ready = true; field.classList.add('live'); basket(field) }
    })
    all('[data-counts]', within).forEach(function (line) {
      var input = document.getElementById(line.dataset.counts)
      if (input && input.value) count(input)
    })
  }

  on('DOMContentLoaded', function () {
    begin(document)
    focus(document.body, false)
  })
}())
