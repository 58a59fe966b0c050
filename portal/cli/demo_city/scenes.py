"""The six motifs of the sample photos."""

import math
from datetime import date
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from portal.cli.demo_city.drawing import SIZE, cloth, drop, font, lighter, ragged, wood

RULE = "-" * 54
# Text, its size, and what stands at the right edge of the same line.
RECEIPT = (
    ("永和电器（钟楼路店）", 58, None),
    ("云溪市永和电器有限公司", 36, None),
    ("销 售 小 票", 46, None),
    (RULE, 36, ""),
    ("单号：ZL-0047-0311", 36, ""),
    ("日期：{day}", 36, "15:42"),
    ("收银：02", 36, "导购：吴莉莉"),
    (RULE, 36, ""),
    ("品名", 36, "数量      金额"),
    ("北屿 BCD-502", 40, ""),
    ("对开门冰箱", 40, "1    8000.00"),
    (RULE, 36, ""),
    ("合计", 50, "￥8000.00"),
    ("微信支付", 36, "8000.00"),
    (RULE, 36, ""),
    ("商品如有质量问题，凭小票办理", 34, ""),
    ("地址：云溪市溪东区钟楼路88号", 34, ""),
    ("谢谢惠顾  欢迎再来", 42, None),
)


def receipt(rng: Random, day: date) -> Image.Image:
    """A till receipt of this day on a table: the refrigerator's."""
    image = wood(rng, (150, 112, 78))
    paper = Image.new("RGB", (820, 1500), (246, 244, 236))
    pen = ImageDraw.Draw(paper)
    y = 70
    ink = (58, 56, 60)
    for text, size, right in RECEIPT:
        if right is None:
            pen.text((410, y), text, font=font(size), fill=ink, anchor="ma")
        else:
            pen.text((60, y), text.format(day=day.isoformat()), font=font(size), fill=ink)
            pen.text((760, y), right, font=font(size), fill=ink, anchor="ra")
        y += size + 32
    for fold in (520, 1040):
        pen.line([(0, fold), (820, fold + 6)], fill=(222, 218, 208), width=5)
    drop(image, paper.filter(ImageFilter.GaussianBlur(0.8)), (270, 180), turn=-3.5)
    return image


def fridge(rng: Random, _day: date) -> Image.Image:
    """The display on a refrigerator's door, far too warm."""
    image = Image.new("RGB", SIZE, (92, 98, 106))
    pen = ImageDraw.Draw(image)
    for x in range(0, SIZE[0], 3):
        pen.line([(x, 0), (x, SIZE[1])], fill=lighter((96, 102, 110), rng.randint(-7, 7)), width=3)
    pen.rectangle((1180, 0, 1196, SIZE[1]), fill=(34, 36, 40))
    pen.rounded_rectangle((1216, 260, 1266, 1660), 25, fill=(176, 182, 188))
    pen.rounded_rectangle((160, 420, 1060, 1420), 48, fill=(12, 15, 20), outline=(60, 64, 70), width=6)
    glow = Image.new("RGB", SIZE, (0, 0, 0))
    _display(ImageDraw.Draw(glow))
    image = Image.composite(glow, image, glow.convert("L").point(lambda level: min(255, level * 2)))
    halo = glow.filter(ImageFilter.GaussianBlur(26))
    return Image.blend(image, Image.composite(halo, image, halo.convert("L")), 0.5)


def table(rng: Random, _day: date) -> Image.Image:
    """A table top with a scratch from end to end, and the tape that shows how long."""
    image = wood(rng, (176, 132, 88))
    pen = ImageDraw.Draw(image)
    scratch = ragged(rng, [(190, 1180), (600, 880), (1180, 560)], 5, 14)
    pen.line([(x + 3, y + 4) for x, y in scratch], fill=(104, 72, 44), width=11)
    pen.line(scratch, fill=(226, 200, 164), width=6)
    for start in (4, 11, 19):
        x, y = scratch[start]
        pen.line(ragged(rng, [(x, y), (x + 120, y + 26)], 3), fill=(214, 186, 148), width=3)
    tape = Image.new("RGB", (1060, 120), (244, 205, 60))
    marks = ImageDraw.Draw(tape)
    for mark in range(53):
        height = 58 if mark % 10 == 0 else 42 if mark % 5 == 0 else 26
        marks.line([(20 * mark + 8, 0), (20 * mark + 8, height)], fill=(40, 36, 30), width=3)
        if mark % 10 == 0 and mark:
            marks.text((20 * mark + 8, 62), str(mark // 2), font=font(40), fill=(40, 36, 30), anchor="ma")
    drop(image, tape, (330, 860), turn=31)
    return image


def seam(rng: Random, _day: date) -> Image.Image:
    """A seam that has come apart, with the lining and the threads showing."""
    image = cloth(rng, (48, 60, 92))
    pen = ImageDraw.Draw(image)
    middle = 720.0
    for stitch in range(0, SIZE[1], 44):
        if not 560 < stitch < 1360:
            pen.line([(middle - 40, stitch), (middle - 40, stitch + 26)], fill=(150, 160, 190), width=5)
    pen.line([(middle, 0), (middle, SIZE[1])], fill=(28, 36, 60), width=8)
    left = [(middle - 150 * math.sin(math.pi * t / 20), 540.0 + 42 * t) for t in range(21)]
    right = [(middle + 96 * math.sin(math.pi * t / 20), 540.0 + 42 * t) for t in range(21)]
    gap = ragged(rng, left, 7, 3) + ragged(rng, right[::-1], 7, 3)
    pen.polygon(gap, fill=(222, 214, 200))
    pen.line([*gap, gap[0]], fill=(22, 28, 50), width=9)
    for x, y in gap[::2]:
        end = (x + (middle - x) * rng.uniform(0.5, 1.7), y + rng.uniform(-30, 90))
        thread = rng.choice([(70, 84, 122), (120, 132, 166)])
        pen.line(ragged(rng, [(x, y), end], 10, 4), fill=thread, width=4)
    return image.filter(ImageFilter.GaussianBlur(1.2))


def bread(rng: Random, _day: date) -> Image.Image:
    """A slice of toast on a plate, with mould."""
    image = wood(rng, (196, 178, 154))
    pen = ImageDraw.Draw(image)
    pen.ellipse((130, 420, 1330, 1620), fill=(206, 208, 210))
    pen.ellipse((120, 400, 1320, 1600), fill=(240, 242, 244))
    pen.ellipse((260, 540, 1180, 1460), fill=(228, 231, 234))
    crust, crumb = (164, 102, 52), (236, 206, 154)
    for inset, colour in ((0, crust), (34, crumb)):
        pen.ellipse((380 + inset, 600 + inset, 780, 980), fill=colour)
        pen.ellipse((660, 600 + inset, 1060 - inset, 980), fill=colour)
        pen.rounded_rectangle((430 + inset, 760, 1010 - inset, 1370 - inset), 50, fill=colour)
    pen.rectangle((560, 640, 880, 900), fill=crumb)
    for _ in range(900):
        x, y = rng.gauss(720, 150), rng.gauss(1010, 190)
        if 480 < x < 960 and 690 < y < 1320:
            size = rng.uniform(3, 9)
            pen.ellipse((x, y, x + size, y + size), fill=lighter(crumb, rng.choice([-26, -16, 10])))
    mould = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    spots = ImageDraw.Draw(mould)
    for x, y, spread in ((640, 870, 86), (840, 1120, 66), (560, 1220, 44), (900, 800, 34)):
        _mould(rng, spots, x, y, spread)
    mould = mould.filter(ImageFilter.GaussianBlur(2.4))
    image.paste(mould, (0, 0), mould)
    return image.filter(ImageFilter.GaussianBlur(1))


def phone(rng: Random, _day: date) -> Image.Image:
    """A phone whose screen is cracked from one corner."""
    image = wood(rng, (112, 92, 80))
    body = Image.new("RGBA", (760, 1500), (0, 0, 0, 0))
    pen = ImageDraw.Draw(body)
    pen.rounded_rectangle((0, 0, 759, 1499), 96, fill=(28, 30, 34, 255))
    pen.rounded_rectangle((22, 22, 737, 1477), 78, fill=(52, 84, 138, 255))
    for y in range(900, 1478, 4):
        inset, depth = (24 if y < 1400 else 60), y - 900
        pen.line([(inset, y), (759 - inset, y)], fill=(52 - depth // 18, 84 - depth // 14, 138, 255), width=4)
    pen.text((380, 330), "09:41", font=font(150), fill=(240, 244, 250, 255), anchor="mm")
    hit = (610.0, 1180.0)
    for crack in range(22):
        angle = crack / 22 * math.tau + rng.uniform(-0.12, 0.12)
        reach = rng.uniform(180, 1150)
        end = (hit[0] + reach * math.cos(angle), hit[1] + reach * math.sin(angle))
        line = ragged(rng, [hit, end], 13, 7)
        inside = [(x, y) for x, y in line if 26 < x < 734 and 26 < y < 1474]
        pen.line(inside, fill=(16, 20, 30, 255), width=6)
        pen.line([(x + 3, y - 2) for x, y in inside], fill=(226, 234, 246, 255), width=rng.choice([2, 3]))
    for radius in (46, 92, 165, 270):
        ring = [
            (hit[0] + radius * math.cos(turn / 9 * math.tau), hit[1] + radius * math.sin(turn / 9 * math.tau))
            for turn in range(10)
        ]
        inside = [(x, y) for x, y in ragged(rng, ring, 10, 2) if 26 < x < 734 and y < 1474]
        pen.line(inside, fill=(222, 230, 242, 255), width=3)
    pen.ellipse((590, 1160, 630, 1200), fill=(12, 14, 18, 255))
    drop(image, body, (330, 190), turn=4)
    return image


def _display(pen: ImageDraw.ImageDraw) -> None:
    """What a refrigerator says of itself when it no longer cools."""
    white, amber = (222, 236, 255), (255, 170, 60)
    pen.text((230, 500), "冷藏", font=font(78), fill=white)
    pen.text((610, 700), "12", font=font(330), fill=amber, anchor="mm")
    pen.text((850, 620), "℃", font=font(110), fill=amber, anchor="mm")
    pen.line([(230, 930), (990, 930)], fill=(60, 70, 84), width=4)
    pen.text((230, 980), "冷冻", font=font(78), fill=white)
    pen.text((610, 1150), "-3", font=font(230), fill=white, anchor="mm")
    pen.text((850, 1100), "℃", font=font(90), fill=white, anchor="mm")
    pen.text((610, 1340), "速冻    智能    假日", font=font(48), fill=(120, 134, 156), anchor="mm")


def _mould(rng: Random, pen: ImageDraw.ImageDraw, x: float, y: float, spread: float) -> None:
    """A patch of mould: white at the rim, green and grey inside."""
    for ring, colours in ((1.35, [(232, 236, 230)]), (0.9, [(96, 128, 92), (72, 104, 84), (128, 148, 120)])):
        for _ in range(260):
            angle, far = rng.uniform(0, math.tau), abs(rng.gauss(0, spread * ring * 0.55))
            cx, cy, size = x + far * math.cos(angle), y + far * math.sin(angle), rng.uniform(4, 15)
            pen.ellipse((cx, cy, cx + size, cy + size), fill=(*rng.choice(colours), rng.randint(120, 220)))
