"""Builders: a small standard and its versions in one line."""

from datetime import datetime

from xinfeng.inspections import commands
from xinfeng.inspections.models import Standard
from xinfeng.places.tests.build import NINE

PLAIN = """
name: small
version: "1"
title: {zh: 小标准, en: Small standard}
source: {zh: 测试, en: test}
grain: place
tiers: [station, institute]
missing: not_known
projects:
  - code: V
    title: {zh: 有场所, en: Venue}
    weight: {station: 60, institute: 100}
    contents:
      - code: V1
        title: {zh: 场地, en: Rooms}
        lines:
          - code: V1-1
            title: {zh: 座位, en: Seats}
            mend: {zh: 增加座位。, en: Add seats.}
            method: field
            weight: {station: 3, institute: 5}
            rule: {kind: threshold, figure: place_seats, at_least: {station: 20, institute: 50}}
          - code: V1-2
            title: {zh: 标牌, en: Plaque}
            mend: {zh: 挂牌。, en: Hang it.}
            method: field
            weight: {station: 1}
            rule: {kind: binary, figure: place_plaque}
  - code: A
    title: {zh: 有活动, en: Activities}
    weight: {station: 40}
    contents:
      - code: A1
        title: {zh: 计划, en: Plans}
        lines:
          - code: A1-1
            title: {zh: 每月清单, en: Monthly list}
            mend: {zh: 公开清单。, en: Publish the list.}
            method: filing
            weight: {station: 2}
            rule: {kind: events, figure: place_monthly_lists, at_least: 1, every_months: 1}
"""


def a_standard(text: str = PLAIN, *, published: bool = True, at: datetime = NINE) -> Standard:
    standard = commands.import_standard(text=text, source="small.yaml", actor=None, at=at)
    if published:
        standard = commands.publish(standard_id=standard.pk, actor=None, at=at)
    return standard
