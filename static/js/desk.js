/* The officers' desk: j and k go along the rows, n to the next one; saved replies. Everything works without this file. */
(function () {
  'use strict'
  var OFF = 'desk:keys-off'
  function kept (act) { try { return act(window.localStorage) } catch (refused) { return null } }
  function off () { return kept(function (box) { return box.getItem(OFF) }) === '1' }

  function show () {
    var line = document.querySelector('[data-keys]')
    if (!line) return
    var turn = line.querySelector('[data-keys-turn]')
    line.hidden = false
    line.querySelector('[data-keys-said]').hidden = off()
    turn.textContent = off() ? turn.dataset.on : turn.dataset.off
  }

  function step (by) {
    var rows = Array.prototype.slice.call(document.querySelectorAll('a.dispute-row'))
    if (!rows.length) return
    var here = rows.indexOf(document.activeElement.closest('li') && document.activeElement.closest('li').querySelector('a.dispute-row'))
    rows[Math.min(Math.max(here + by, 0), rows.length - 1)].focus()
  }

  document.addEventListener('keydown', function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || off()) return
    if (event.target.closest('input, textarea, select, [contenteditable]')) return
    var next = document.querySelector('a[data-next]')
    if (event.key === 'j') step(1)
    else if (event.key === 'k') step(-1)
    else if (event.key === 'n' && next) next.click()
    else return
    event.preventDefault()
  })
  /* A saved reply goes below what has been typed; without scripts its link fills the form anew. */
  document.addEventListener('click', function (event) {
    var reply = event.target.closest('a[data-says]')
    var text = reply && reply.closest('form') && reply.closest('form').querySelector('textarea')
    if (!text || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    event.stopPropagation()
    text.value = text.value.trim() ? text.value.trimEnd() + '\n' + reply.dataset.says : reply.dataset.says
    text.dispatchEvent(new Event('input', { bubbles: true }))
    text.focus()
  }, true)
  document.addEventListener('click', function (event) {
    if (!event.target.closest('[data-keys-turn]')) return
    kept(function (box) { if (off()) box.removeItem(OFF); else box.setItem(OFF, '1') })
    show()
  })
  document.addEventListener('DOMContentLoaded', show)
  document.addEventListener('htmx:afterSettle', show)
}())
