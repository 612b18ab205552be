"""`xinfeng witness`: look at a log once, from outside, and sign that it only grew."""

import argparse
import sys
import time
import urllib.error
from pathlib import Path

from xinfeng.base import note, witness
from xinfeng.base.tiles import TileMissing


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="xinfeng witness", description=__doc__)
    parser.add_argument("address", help="of the log, e.g. https://volunteer.example/log")
    parser.add_argument("--key", required=True, help="the log's public key")
    parser.add_argument("--name", required=True, help="who watches, e.g. newspaper.example")
    parser.add_argument("--folder", type=Path, required=True, help="what was seen, and our key")
    asked = parser.parse_args(arguments)
    try:
        key = witness.own_key(asked.folder, asked.name)
        seen = witness.watch(
            fetch=witness.over_http(asked.address), log=note.public_key(asked.key),
            folder=asked.folder, key=key, at=int(time.time()),
        )  # fmt: skip
    except witness.Denied as denied:
        return _say(f"账本否认了过去的内容，请保存证据并公开：{denied}\nDENIED: {denied}", 2)
    except (note.BadNote, TileMissing, urllib.error.URLError, ValueError) as problem:
        return _say(f"未能核对：{problem}\nNot checked: {problem}", 1)
    sys.stdout.write(seen.cosigned)
    size = seen.head.size
    return _say(f"核对无误：{size} 行，只增不改。\nOnly grown: {size} lines. {key.public}", 0)


def _say(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code
