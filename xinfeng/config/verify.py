"""`xinfeng verify FILE`: is this certificate genuine? Needs no database and no network.

Says so in Chinese and in English, and ends with 0 or 1. See docs/developers/verifier.md.
"""

import argparse
import os
import sys
from pathlib import Path

from xinfeng.base import note, verifier
from xinfeng.base.verifier import NotGenuine, Proved

KEY = "XINFENG_LOG_KEY"


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    try:
        content = Path(asked.file).read_bytes()
    except OSError as problem:
        return _no("文件无法读取。", f"The file cannot be read: {problem.strerror}.")
    text = asked.key or os.environ.get(KEY, "")
    if not text:
        return _no_key(content)
    try:
        key = note.public_key(_of_file(text).strip())
    except note.BadNote as problem:
        return _no("公钥格式不对。", f"This is no public key of a log: {problem}.")
    try:
        return _yes(verifier.verify(content, key))
    except NotGenuine as problem:
        return _no(
            "核验不通过：文件被改动过，或不是这个账本出具的。",
            f"Not genuine: the file was changed, or is not of this log ({problem}).",
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xinfeng verify", description="Is this certificate (or its proof) genuine?"
    )
    parser.add_argument("file", help="the certificate as PDF, or its proof as JSON")
    parser.add_argument("--key", help=f"the log's public key, or a file with it; else ${KEY}")
    return parser


def _of_file(text: str) -> str:
    """A key is never the name of a file that is there, and a file's name never a key."""
    file = Path(text)
    return file.read_text(encoding="utf-8") if file.is_file() else text


def _yes(proved: Proved) -> int:
    stated, head = proved.certificate, proved.head
    service, training = stated["service_minutes"], stated["training_minutes"]
    what = "证明文件" if proved.is_file else "证明凭据"
    _say(
        f"核验通过：{what}真实、完整。\n"
        f"  {stated['name']}，{stated['from']} 至 {stated['until']}，"
        f"服务 {service} 分钟（{service / 60:.1f} 小时），培训 {training} 分钟，"
        f"共 {len(proved.credits)} 笔，由{stated['unit']}出具。\n"
        f"  账本 {head.origin}，{head.size} 行。此后是否作废，请查公开核验页。\n"
        f"Genuine and whole: {service} minutes of service and {training} of training,"
        f" {len(proved.credits)} entries, sealed in {head.origin} under a head of {head.size}"
        " lines. Whether it was revoked since, the public check page says."
    )
    return 0


def _no_key(content: bytes) -> int:
    claimed = verifier.claimed_key(content)
    named = f"\n  {claimed}" if claimed else ""
    return _no(
        f"请用 --key 给出账本公钥。文件自称使用以下公钥，请先与公示核对：{named}",
        "Give the log's public key with --key; compare the one the file names with the"
        " published one first.",
    )


def _no(chinese: str, english: str) -> int:
    _say(f"{chinese}\n{english}", sys.stderr)
    return 1


def _say(text: str, where: object = None) -> None:
    print(text, file=where or sys.stdout)  # type: ignore[arg-type]
