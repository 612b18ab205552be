"""Certificates: what they state, who may have and revoke them, and that any change shows."""

import json
import random
import re
import subprocess
import sys
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader

from xinfeng.base import clock, note, scope, verifier
from xinfeng.base.pace import Pace
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.base.verifier import NotGenuine
from xinfeng.hours import certificate_file, commands, commitments, serving, signing
from xinfeng.hours.commands.certificates import Period
from xinfeng.hours.models import (
    Certificate,
    CertificateState,
    Counter,
    Credit,
    Hold,
    Leaf,
    LeafKind,
    Reason,
    RevocationReason,
)
from xinfeng.hours.public_log import public_log
from xinfeng.hours.queries import certificates as reading
from xinfeng.journal.models import Entry
from xinfeng.people.models import Identity
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city

from .build import a_credit

pytestmark = pytest.mark.django_db
YEAR = Period(date(2022, 1, 1), TODAY)
CODE = "ABCDEFGHJKMNP"


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def issue(person, *, code=CODE, period=YEAR, at=NINE):
    return commands.issue(period=period, code=code, actor=person, at=at)


def a_file(person, **how):
    """A certificate's file, as its holder downloads it."""
    made = issue(person, **how)
    log = public_log()
    commands.seal(
        log=log, at=NINE,
        wanted={LeafKind.CREDIT: made.credit_ids, LeafKind.CERTIFICATE: [made.pk]},
    )  # fmt: skip
    address = f"https://city.example/certificates/{made.code}/"
    return certificate_file.make(made, log=log, address=address, at=NINE), log.key.public


def test_it_states_valid_time_of_the_period_with_training_apart():
    mei, lan = a_person("mei"), a_person("lan")
    first = a_credit(mei, 90)
    training = a_credit(mei, 60)
    a_credit(mei, 30, earned_on=date(2021, 12, 31))
    a_credit(lan, 500)

    made = issue(mei)

    assert made.credit_ids == [first.pk, training.pk]
    assert (made.service_minutes, made.training_minutes) == (150, 0)
    assert Entry.objects.filter(verb="certificate.issued").count() == 1


def test_training_is_counted_apart():
    mei = a_person("mei")
    credit = a_credit(mei, 60)
    with scope.whole_city():
        fact = commands.Fact(
            kind=1, id=99, where=credit.division_id, on=TODAY, counter=Counter.TRAINING
        )
        commands.post(
            person=mei, minutes=45, fact=fact, actor=an_office(a_city().city), at=NINE
        )

    made = issue(mei)

    assert (made.service_minutes, made.training_minutes) == (60, 45)


def test_time_taken_back_and_time_under_review_are_left_out():
    mei, office = a_person("mei"), an_office(a_city().city)
    kept, reversed_, held = (a_credit(mei, n) for n in (60, 61, 62))
    commands.reverse(credit_id=reversed_.pk, reason=Reason.NOT_SERVED, actor=office, at=NINE)
    with scope.whole_city():
        Hold.objects.create(
            credit=held, rule="round_hours", person=mei, division_id=held.division_id,
            earned_on=held.earned_on, held_at=NINE,
        )  # fmt: skip

    assert issue(mei).credit_ids == [kept.pk]


@pytest.mark.parametrize(
    ("period", "code"),
    [
        (Period(date(2020, 1, 1), date(2020, 12, 31)), "nothing_to_certify"),
        (Period(TODAY, TODAY - timedelta(days=1)), "period_backwards"),
        (Period(TODAY, TODAY + timedelta(days=1)), "period_not_over"),
    ],
)
def test_a_period_without_time_or_sense_is_refused(period, code):
    mei = a_person("mei")
    a_credit(mei)

    with pytest.raises(Refusal) as refusal:
        issue(mei, period=period)

    assert refusal.value.code == code


def test_asking_again_gives_the_same_certificate_until_the_hours_change():
    mei = a_person("mei")
    a_credit(mei)
    first = issue(mei)

    assert issue(mei, code="QRSTUVWXYZ234").pk == first.pk

    a_credit(mei)
    assert issue(mei, code="QRSTUVWXYZ234").pk != first.pk


def test_an_erased_person_has_nothing_to_print():
    mei = a_person("mei")
    a_credit(mei)
    with scope.whole_city():
        Identity.objects.filter(pk=mei.pk).delete()

    with pytest.raises(Forbidden):
        issue(mei)


def test_the_office_revokes_with_a_reason_and_the_holder_is_told():
    mei, office = a_person("mei"), an_office(a_city().city)
    a_credit(mei)
    made = issue(mei)

    revoked = commands.revoke(
        certificate_id=made.pk, reason=RevocationReason.ISSUED_WRONGLY, actor=office, at=NINE
    )
    again = commands.revoke(
        certificate_id=made.pk, reason=RevocationReason.REPLACED, actor=office, at=NINE
    )

    assert revoked.state == CertificateState.REVOKED
    assert again.reason == RevocationReason.ISSUED_WRONGLY
    assert Entry.objects.filter(verb="certificate.revoked").count() == 1


@pytest.mark.parametrize("who", ["mei", "stranger", "township"])
def test_nobody_but_the_upper_office_revokes(who):
    mei = a_person("mei")
    a_credit(mei)
    made = issue(mei)
    actor = {
        "mei": lambda: mei,
        "stranger": lambda: a_person("stranger"),
        "township": lambda: an_office(a_city().township),
    }[who]()

    with pytest.raises(Forbidden):
        commands.revoke(
            certificate_id=made.pk, reason=RevocationReason.REPLACED, actor=actor, at=NINE
        )


@pytest.mark.django_db(transaction=True)
def test_issuing_and_revoking_are_lines_of_the_log():
    mei = a_person("mei")
    a_credit(mei)
    made = issue(mei)
    log = public_log()
    commands.seal(log=log, at=NINE)
    commands.revoke(
        certificate_id=made.pk,
        reason=RevocationReason.REPLACED,
        actor=an_office(a_city().city),
        at=NINE,
    )
    commands.seal(log=log, at=NINE)

    kinds = list(Leaf.objects.order_by("index").values_list("kind", flat=True))
    assert kinds == [LeafKind.CREDIT, LeafKind.CERTIFICATE, LeafKind.REVOCATION]


def test_the_holder_alone_shows_and_hides_the_public_page():
    mei = a_person("mei")
    a_credit(mei)
    made = issue(mei)

    commands.hide_certificate(certificate_id=made.pk, actor=mei, at=NINE)
    assert reading.check(made.code, public_log()) is None
    commands.show_certificate(certificate_id=made.pk, actor=mei, at=NINE)
    assert reading.check(made.code, public_log()) is not None
    with pytest.raises(Unknown):
        commands.hide_certificate(certificate_id=made.pk, actor=a_person("lan"), at=NINE)


def test_the_file_is_verified_from_the_public_key_alone():
    mei = a_person("mei", name="𬭊䶮·买买提艾力")
    for minutes in (90, 120):
        a_credit(mei, minutes)

    pdf, key = a_file(mei)
    proved = verifier.verify(pdf, key)

    assert proved.certificate["name"] == "𬭊䶮·买买提艾力"
    assert proved.certificate["service_minutes"] == 210
    assert [credit["minutes"] for credit in proved.credits] == [90, 120]
    assert proved.is_file


def test_the_page_prints_rare_signs_and_long_names():
    mei = a_person("mei", name="𬭊䶮·阿卜杜热西提·买买提艾力·乌斯曼江·伊明尼亚孜Abdurehim")
    a_credit(mei)

    text = "".join(page.extract_text() for page in PdfReader(BytesIO(a_file(mei)[0])).pages)

    plain = "".join(text.split())
    for part in ("𬭊䶮", "阿卜杜热西提", "·", "Abdurehim", "志愿服务记录证明", "2小时"):
        assert part in plain


def test_the_file_is_signed_by_the_office_and_carries_the_proof():
    mei = a_person("mei")
    a_credit(mei)

    reader = PdfReader(BytesIO(a_file(mei)[0]))

    [attached] = reader.attachments["proof.json"]
    assert json.loads(attached)["about"] == verifier.ABOUT
    [field] = reader.trailer["/Root"]["/AcroForm"]["/Fields"]
    assert field.get_object()["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"


def test_any_changed_byte_is_noticed():
    mei = a_person("mei")
    for _n in range(3):
        a_credit(mei)
    pdf, key = a_file(mei)
    chance = random.Random(7)  # noqa: S311
    seal = verifier.seal_place(pdf)
    spread = [*range(0, len(pdf), max(len(pdf) // 300, 1)), *range(12)]
    spread += [*range(len(pdf) - 12, len(pdf)), *range(seal - 150, seal + 140)]

    for at in spread:
        for bit in (1, 0x20, 1 << chance.randrange(8)):
            changed = bytearray(pdf)
            changed[at] ^= bit
            with pytest.raises(NotGenuine):
                verifier.verify(bytes(changed), key)


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: pdf + b"\n", lambda pdf: pdf + b"\x00", lambda pdf: b"\n" + pdf,
        lambda pdf: pdf[:-1], lambda pdf: pdf[1:], lambda pdf: pdf[:1000] + pdf[1001:],
        lambda pdf: pdf[:1000] + b" " + pdf[1000:], lambda pdf: pdf + pdf,
    ],
)  # fmt: skip
def test_bytes_added_or_missing_are_noticed(change):
    mei = a_person("mei")
    a_credit(mei)
    pdf, key = a_file(mei)

    with pytest.raises(NotGenuine):
        verifier.verify(change(pdf), key)


def test_another_logs_key_does_not_verify_it():
    mei = a_person("mei")
    a_credit(mei)
    pdf, key = a_file(mei)

    with pytest.raises(NotGenuine):
        verifier.verify(pdf, note.SecretKey(key.name, b"z" * 32).public)


def forged(bundle, key, change):
    """A proof whose maker recomputes nothing but what they can."""
    found = json.loads(bundle)
    change(found)
    return json.dumps(found).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b["certificate"]["record"].update(name="王五"),
        lambda b: b["certificate"]["record"].update(service_minutes=6000),
        lambda b: b["credits"][0]["record"].update(minutes=6000),
        lambda b: b["credits"][0].update(index=b["credits"][1]["index"]),
        lambda b: b["credits"].pop(),
        lambda b: b["credits"].append(b["credits"][0]),
        lambda b: b["hashes"].append(note.encoded(bytes(32))),
        lambda b: b["credits"][0].update(salt=b["credits"][1]["salt"]),
        lambda b: b["certificate"].update(index=0),
        lambda b: b.update(about="xinfeng-proof/2"),
        lambda b: b.update(proof=b["proof"].replace("index", "place", 1)),
        lambda b: b.pop("credits"),
        lambda b: b.update(credits="none"),
        lambda b: b["certificate"].pop("salt"),
    ],
)  # fmt: skip
def test_a_forged_proof_is_not_believed(change):
    mei = a_person("mei")
    for _n in range(3):
        a_credit(mei)
    made = issue(mei)
    log = public_log()
    commands.seal(log=log, at=NINE)
    bundle = reading.bundle(made, reading.full_name(mei.pk), log).content

    assert verifier.verify(bundle, log.key.public).certificate["service_minutes"] == 360
    with pytest.raises(NotGenuine):
        verifier.verify(forged(bundle, log.key, change), log.key.public)


def test_a_certificate_that_states_more_than_its_credits_is_not_believed():
    """Even where the office itself has sealed it."""
    mei = a_person("mei")
    a_credit(mei)
    made, log, name = issue(mei), public_log(), reading.full_name(mei.pk)
    made.service_minutes = 6000
    made.digest = commitments.digest(reading.stated(made, name=name, city=log.city))
    with scope.whole_city():
        made.save()
    commands.seal(log=log, at=NINE)

    with pytest.raises(NotGenuine, match="sum"):
        verifier.verify(reading.bundle(made, name, log).content, log.key.public)


def test_a_new_name_needs_a_new_certificate():
    mei = a_person("mei")
    a_credit(mei)
    made = issue(mei)
    with scope.whole_city():
        Identity.objects.filter(pk=mei.pk).update(name="另一名")
    log = public_log()
    commands.seal(log=log, at=NINE)

    with pytest.raises(Refusal, match=r"姓名|name"):
        certificate_file.make(made, log=log, address="x", at=NINE)


def test_the_trial_key_says_so_and_is_kept(settings, tmp_path):
    settings.CERTIFICATE_TRIAL_KEY_FILE = tmp_path / "keys" / "trial.p12"

    first = signing.office()

    assert first.is_trial
    assert settings.CERTIFICATE_TRIAL_KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert signing.office().name == first.name


def test_the_offices_own_key_signs_where_it_is_set(settings, tmp_path):
    settings.CERTIFICATE_TRIAL_KEY_FILE = tmp_path / "own.p12"
    signing.office()
    settings.CERTIFICATE_KEY_FILE = str(tmp_path / "own.p12")
    settings.CERTIFICATE_KEY_PASSWORD = signing.TRIAL_PASSWORD.decode()

    assert not signing.office().is_trial


def run_verify(*arguments):
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", _VERIFY, *map(str, arguments)], capture_output=True, text=True,
        check=False, env={"XINFENG_HOME": "/nowhere", "LANG": "C.UTF-8"},
    )  # fmt: skip


_VERIFY = """
import sys
from xinfeng.config import verify
code = verify.main(sys.argv[1:])
assert not any(name.split(".")[0] in {"django", "psycopg"} for name in sys.modules)
sys.exit(code)
"""


def test_the_command_needs_no_database_and_answers_with_its_exit_code(tmp_path):
    mei = a_person("mei", name="梅")
    a_credit(mei)
    pdf, key = a_file(mei)
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(pdf)
    bad.write_bytes(pdf[:5000] + bytes([pdf[5000] ^ 1]) + pdf[5001:])
    (tmp_path / "log.pub").write_text(f"{key}\n")

    yes, no = run_verify(good, "--key", key), run_verify(bad, "--key", key)

    assert (yes.returncode, no.returncode) == (0, 1)
    assert "核验通过" in yes.stdout
    assert "Genuine" in yes.stdout
    assert "梅" in yes.stdout
    assert "核验不通过" in no.stderr
    assert run_verify(good, "--key", tmp_path / "log.pub").returncode == 0
    unkeyed = run_verify(good)
    assert unkeyed.returncode == 1
    assert str(key) in unkeyed.stderr
    assert run_verify(tmp_path / "missing.pdf", "--key", key).returncode == 1
    assert run_verify(good, "--key", "nonsense").returncode == 1


def test_pages_lead_from_hours_to_the_file(client):
    mei = a_person("mei")
    a_credit(mei)
    client.force_login(mei)

    client.post(reverse("certificates:mine"), {"span": "ALL"})
    made = _only(mei)
    page = client.get(reverse("certificates:own", args=[made.code])).content.decode()
    file = client.get(reverse("certificates:file", args=[made.code]))

    assert "下载" in page
    assert file["Content-Type"] == "application/pdf"
    assert verifier.verify(file.content, public_log().key.public).is_file


def _only(person):
    with scope.whole_city():
        return Certificate.objects.get(person=person)


def test_a_strangers_certificate_is_not_there(client):
    mei = a_person("mei")
    a_credit(mei)
    made = issue(mei)
    client.force_login(a_person("lan"))

    for name in ("own", "file"):
        assert client.get(reverse(f"certificates:{name}", args=[made.code])).status_code == 404


def test_the_public_check_tells_little_and_the_same_of_unknown_and_hidden(client):
    mei = a_person("mei", name="王小梅")
    a_credit(mei)
    made = issue(mei)
    address = reverse("certificates:check", args=[made.code])

    shown = client.get(address)
    commands.hide_certificate(certificate_id=made.pk, actor=mei, at=NINE)
    hidden = client.get(address)
    unknown = client.get(reverse("certificates:check", args=["2222222222222"]))

    assert "王**" in shown.content.decode()
    assert "小梅" not in shown.content.decode()
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    tokens = re.compile(r'(content|value)="\w{64}"')
    same = [
        tokens.sub("", answer.content.decode().replace(code, ""))
        for answer, code in ((hidden, made.code), (unknown, "2222222222222"))
    ]
    assert same[0] == same[1]


def test_a_typed_code_is_found_however_it_is_written(client):
    answer = client.get(reverse("certificates:entry"), {"code": "abcd-efgh jkmn-p"})

    assert answer["Location"] == reverse("certificates:check", args=[CODE])


def test_whoever_tries_codes_has_to_wait(client, monkeypatch):
    monkeypatch.setattr(serving, "CHECK_PACE", Pace(3, 60))
    address = reverse("certificates:check", args=[CODE])

    assert [client.get(address).status_code for _n in range(5)] == [404, 404, 404, 429, 429]


def test_a_revoked_one_says_so_to_everybody_and_gives_no_file(client):
    mei, office = a_person("mei"), an_office(a_city().city)
    a_credit(mei)
    made = issue(mei)
    client.force_login(office)

    client.post(
        reverse("certificates:revocation", args=[made.code]), {"reason": "ISSUED_WRONGLY"}
    )

    client.logout()
    page = client.get(reverse("certificates:check", args=[made.code])).content.decode()
    assert "已作废" in page
    client.force_login(mei)
    assert client.get(reverse("certificates:file", args=[made.code])).status_code == 409


def test_what_was_taken_back_since_is_told(client):
    mei, office = a_person("mei"), an_office(a_city().city)
    credit = a_credit(mei)
    made = issue(mei)
    commands.reverse(credit_id=credit.pk, reason=Reason.WRONG_TIME, actor=office, at=NINE)

    assert reading.check(made.code, public_log()).taken_back == 1


def test_a_list_of_certificates_costs_few_queries(client, django_assert_max_num_queries):
    mei = a_person("mei")
    for n in range(6):
        a_credit(mei)
        issue(mei, code=f"ABCDEFGHJKM{n + 2}2")
    client.force_login(mei)

    with django_assert_max_num_queries(14):
        client.get(reverse("certificates:mine"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_on": date(2021, 1, 1)},
        {"service_minutes": 0, "training_minutes": 0},
        {"credit_ids": []},
        {"digest": bytes(31)},
        {"state": "REVOKED"},
        {"reason": "REPLACED"},
        {"revoked_at": NINE},
        {"code": CODE},
    ],
)
def test_the_database_keeps_a_certificate_in_order(wrong):
    mei = a_person("mei")
    a_credit(mei)
    made = issue(mei)
    made.pk, made.code = None, "QRSTUVWXYZ234"
    for name, value in wrong.items():
        setattr(made, name, value)

    with pytest.raises(IntegrityError), scope.whole_city(), transaction.atomic():
        made.save()


def test_credits_are_never_touched_by_any_of_this():
    mei = a_person("mei")
    credit = a_credit(mei)
    a_file(mei)

    with scope.whole_city():
        assert Credit.objects.get().minutes == credit.minutes


@pytest.mark.django_db(transaction=True)
def test_what_was_issued_and_revoked_before_the_log_began_is_in_it():
    mei = a_person("mei")
    a_credit(mei)
    made = issue(mei)
    commands.revoke(
        certificate_id=made.pk,
        reason=RevocationReason.REPLACED,
        actor=an_office(a_city().city),
        at=NINE,
    )

    commands.seal(log=public_log(), at=NINE)

    assert Leaf.objects.count() == 3
