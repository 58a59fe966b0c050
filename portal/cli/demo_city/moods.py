"""How people sound: polite, plain, angry or old, how they begin and end, and the slips of their thumbs."""

from collections.abc import Mapping
from random import Random
from typing import Literal

from portal.cli.demo_city.files import toml
from portal.cli.demo_city.phrases import fill

Mood = Literal["plain", "polite", "angry", "old"]
WEIGHTS: dict[Mood, int] = {"plain": 48, "polite": 22, "angry": 18, "old": 12}


def mood_for(rng: Random, tones: tuple[Mood, ...], *, elders: bool) -> Mood:
    """A mood among those that a story allows, as often as people are in it."""
    allowed = [mood for mood in tones or WEIGHTS if elders or mood != "old"]
    return rng.choices(allowed, [WEIGHTS[mood] for mood in allowed])[0]


def finish(rng: Random, text: str, remedy: str, mood: Mood, slots: Mapping[str, str]) -> tuple[str, Mood]:
    """The text with a beginning and an end in this mood, and the mood that it then has."""
    if mood == "old" and any(word in text for word in toml("moods.toml")["young"]):
        mood = "plain"
    if mood == "polite" and rng.random() < 0.4:
        text = rng.choice(toml("moods.toml")["greetings"]) + text
    asked = any(word in text[-18:] for word in toml("moods.toml")["asked"])
    if not asked and rng.random() < 0.7:
        text += fill(rng, rng.choice(toml("endings.toml")[remedy][mood]), slots)
    return roughen(rng, text, mood), mood


def roughen(rng: Random, text: str, mood: Mood) -> str:
    """The text as thumbs leave it: now and then a wrong character, sloppy or loud punctuation."""
    if rng.random() < 0.12:
        text = _slip(rng, text)
    if mood == "angry" and text.endswith("。") and rng.random() < 0.5:
        return text[:-1] + rng.choice(["！", "！！", "！！！"])
    sloppy = rng.random()
    if sloppy < 0.14:
        return text.removesuffix("。")
    if sloppy < 0.2 and mood != "polite":
        return text.replace("。", "，").removesuffix("，")
    if sloppy < 0.26 and mood == "old":
        return text.replace("，", " ").replace("。", " ").rstrip()
    return text.replace("，", ",") if sloppy < 0.24 else text


def _slip(rng: Random, text: str) -> str:
    possible = [(right, wrong) for right, wrong in toml("moods.toml")["slips"] if right in text]
    return text.replace(*rng.choice(possible), 1) if possible else text
