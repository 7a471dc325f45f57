"""The salon's day and week, and how booked it is: in the terminal, as SVG or as a page to print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import click

from schnittwerk_db.cli.failures import Refusal
from schnittwerk_db.cli.language import _, pgettext, weekday_name
from schnittwerk_db.cli.layout import (
    Bars,
    Cell,
    Grid,
    Picture,
    day_agenda,
    hours_and_minutes,
    percent,
    week_agenda,
)
from schnittwerk_db.cli.output import print_json, say, width
from schnittwerk_db.cli.session import Session, opened
from schnittwerk_db.cli.settings import Settings
from schnittwerk_db.cli.times import DAY, NEAR_FROM, TypedDate, parse_near_date
from schnittwerk_db.cli.times import day as named
from schnittwerk_db.cli.words import word
from schnittwerk_db.json_text import visible
from schnittwerk_db.models import DayStretch, Utilisation

_BY = ("day", "week", "weekday", "hour", "weekday_hour", "staff")


def _parse_file(ctx: click.Context, option: click.Parameter, file: Path | None) -> Path | None:
    if file is None or file.suffix.lower() in (".svg", ".html"):
        return file
    if file.suffix.lower() == ".pdf":
        raise click.BadParameter(
            _("write {file} and print it from a browser to get a PDF").format(
                file=visible(str(file.with_suffix(".html")))
            )
        )
    raise click.BadParameter(_("the name of the file must end in .svg or .html"))


OUT = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_parse_file,
    metavar="FILE",
    help="Draw it into this file: .svg, or .html to print.",
)
STAFF = click.option("--staff", metavar="NAME", help="Only this member of staff.")
DATE = click.argument("date", type=parse_near_date, required=False)


@click.command()
@DATE
@STAFF
@OUT
@click.pass_obj
def day(settings: Settings, date: TypedDate | None, staff: str | None, out: Path | None) -> None:
    """Show the day of the salon, today's or of DATE: all staff side by side.

    A date without a year means the nearest one.

    \b
    schnittwerk day
    schnittwerk day friday --staff "Mia Frei"
    schnittwerk day tomorrow --out day.html
    """
    with opened(settings) as session:
        shown = session.date(date) or session.today
        staff_id = session.staff(staff).id if staff is not None else None
        found = session.client.list_day(shown, staff_id)
        _show(
            settings,
            found,
            lambda: day_agenda(_title(session, named(shown)), found, session.zone, session.now),
            out,
        )


@click.command()
@DATE
@STAFF
@OUT
@click.pass_obj
def week(settings: Settings, date: TypedDate | None, staff: str | None, out: Path | None) -> None:
    """Show the week of the salon, this one or that of DATE.

    All staff: how many appointments each has on each day, and how booked they are. With --staff the
    days of one side by side.

    A date without a year means the nearest one.

    \b
    schnittwerk week
    schnittwerk week 21.12. --staff "Mia Frei"
    schnittwerk week --out week.svg
    """
    with opened(settings) as session:
        shown = session.date(date) or session.today
        monday = shown - dt.timedelta(days=shown.weekday())
        week_days = [monday + number * DAY for number in range(7)]
        member = session.staff(staff) if staff is not None else None
        found = {it: session.client.list_day(it, member.id if member else None) for it in week_days}
        title = _title(session, _span(week_days[0], week_days[-1]))

        def drawn() -> Picture:
            if member is None:
                return _week_grid(session, title, found)
            return week_agenda(
                f"{visible(member.full_name)} · {title}",
                [(named(it), stretches) for it, stretches in found.items()],
                session.zone,
                session.now,
            )

        _show(settings, [it for stretches in found.values() for it in stretches], drawn, out)


@click.command()
@NEAR_FROM
@click.option(
    "--to", type=parse_near_date, metavar="DATE", help="Last date; else 27 days after the first."
)
@click.option(
    "--by",
    type=click.Choice(_BY),
    default="weekday_hour",
    show_default=True,
    help="What to show it by.",
)
@STAFF
@OUT
@click.pass_obj
def utilisation(
    settings: Settings,
    from_: TypedDate | None,
    to: TypedDate | None,
    by: str,
    staff: str | None,
    out: Path | None,
) -> None:
    """Show how much of the open time is booked, at most of 366 days.

    A date without a year means the nearest one.

    \b
    schnittwerk utilisation
    schnittwerk utilisation --from 1.12. --to 31.12. --by staff
    schnittwerk utilisation --out utilisation.html
    """
    with opened(settings) as session:
        first = session.since(from_, to)
        last = session.until(to, first) or first + 27 * DAY
        member = session.staff(staff) if staff is not None else None
        found = session.client.utilisation(first, last, by, member.id if member else None)
        title = _title(session, _("Utilisation"), _span(first, last))
        if member:
            title = f"{visible(member.full_name)} · {title}"
        _show(
            settings,
            found,
            lambda: _heat(title, found) if by == "weekday_hour" else _bars(title, by, found),
            out,
        )


def _show(
    settings: Settings, records: object, drawn: Callable[[], Picture], out: Path | None
) -> None:
    """Prints the records as JSON, else draws the picture, into a file if there is one."""
    if out is not None:
        from schnittwerk_db.cli.drawing import html, svg

        picture = drawn()
        try:
            out.write_text(svg(picture) if out.suffix.lower() == ".svg" else html(picture), "utf-8")
        except OSError as error:
            raise Refusal(f"{out}: {error.strerror}") from error
    if settings.json:
        print_json(records)
    elif out is not None:
        say(_("wrote {file}").format(file=out))
    else:
        # it draws with colours
        from schnittwerk_db.cli.terminal import in_terminal

        click.echo(in_terminal(drawn(), width()))


def _title(session: Session, *parts: str) -> str:
    return " · ".join((*parts, visible(session.salon.name)))


def _span(first: dt.date, last: dt.date) -> str:
    if first == last:
        return named(first)
    return _("{first} to {last}").format(first=named(first), last=named(last))


def _week_grid(session: Session, title: str, found: dict[dt.date, list[DayStretch]]) -> Grid:
    names: dict[UUID, str] = {}
    cells: dict[tuple[UUID, dt.date], Cell] = {}
    for date, stretches in found.items():
        ratios = {it.staff_id: it for it in session.client.utilisation(date, date, "staff")}
        for staff_id in dict.fromkeys(it.staff_id for it in stretches):
            own = [it for it in stretches if it.staff_id == staff_id]
            names[staff_id] = visible(own[0].staff_name)
            cells[staff_id, date] = _day_cell(own, ratios.get(staff_id))
    nothing = Cell(None, ("",), "")
    return Grid(
        title,
        _("Appointments and how much of the open time is booked; hours booked/open"),
        tuple(f"{weekday_name(it.weekday(), short=True)} {it.day}." for it in found),
        tuple(
            (name, tuple(cells.get((staff_id, date), nothing) for date in found))
            for staff_id, name in sorted(names.items(), key=lambda it: it[1].casefold())
        ),
        is_shaded=False,
    )


def _day_cell(stretches: list[DayStretch], booked: Utilisation | None) -> Cell:
    appointments = {it.appointment_id for it in stretches if it.kind == "booked"}
    away = next(
        (
            it.label or word(it.kind)
            for kind in ("holiday", "off")
            for it in stretches
            if it.kind == kind
        ),
        pgettext("hours", "closed"),
    )
    if booked is None or (booked.ratio is None and not appointments):
        return Cell(None, (visible(away),), visible(away))
    of_hours = [
        f"{it / 60:.1f}".removesuffix(".0") for it in (booked.booked_minutes, booked.open_minutes)
    ]
    times = f"{'/'.join(of_hours)}h"
    told = _("{count} appointments, {booked} of {open} hours booked").format(
        count=len(appointments),
        booked=hours_and_minutes(booked.booked_minutes),
        open=hours_and_minutes(booked.open_minutes),
    )
    ratio = None if booked.ratio is None else float(booked.ratio)
    return Cell(ratio, (f"{len(appointments)} · {percent(ratio)}", times), told)


def _heat(title: str, found: list[Utilisation]) -> Grid:
    by_bucket = {it.bucket: it for it in found}
    hours = sorted(int(it.bucket.split()[1]) for it in found) or [9, 16]
    weekdays = [1, 2, 3, 4, 5, 6, 0]

    def cell(weekday: int, hour: int) -> Cell:
        it = by_bucket.get(f"{weekday} {hour:02}")
        if it is None:
            return Cell(None, ("–",), _("closed"))  # noqa: RUF001 -- a dash
        return _cell(it)

    return Grid(
        title,
        _("How much of the open time is booked"),
        tuple(weekday_name((it - 1) % 7, short=True) for it in weekdays),
        tuple(
            (f"{hour:02}:00", tuple(cell(weekday, hour) for weekday in weekdays))
            for hour in range(hours[0], hours[-1] + 1)
        ),
        is_shaded=True,
    )


def _bars(title: str, by: str, found: list[Utilisation]) -> Bars:
    if by == "weekday":  # Monday first
        found = [it for it in found if it.bucket != "0"] + [it for it in found if it.bucket == "0"]
    return Bars(title, tuple((_bucket(by, it.bucket), _cell(it)) for it in found))


def _cell(it: Utilisation) -> Cell:
    ratio = None if it.ratio is None else float(it.ratio)
    told = _("{booked} of {open} h").format(
        booked=hours_and_minutes(it.booked_minutes), open=hours_and_minutes(it.open_minutes)
    )
    return Cell(ratio, (told,), f"{percent(ratio)}: {told}")


def _bucket(by: str, bucket: str) -> str:
    if by == "weekday":
        return weekday_name((int(bucket) - 1) % 7)
    if by == "hour":
        return f"{bucket}:00"
    if by == "day":
        return named(dt.date.fromisoformat(bucket))
    return visible(bucket)
