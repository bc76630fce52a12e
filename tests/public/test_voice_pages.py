"""Asking, the FAQ, rating and the sums on public pages; the officers' pages to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.test import Client
from django.urls import reverse

from jiangli import clock
from jiangli.accounts import actions as accounts
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.correspondence.consultation import actions as consultation
from jiangli.correspondence.consultation import entries
from jiangli.correspondence.consultation.models import Question, QuestionKind
from jiangli.programmes.models import Programme
from jiangli.public.askers import ASKING
from jiangli.public.people import BACKEND
from jiangli.registers.models import Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.ratings.models import Rating
from public.conftest import page
from stories import TECHNICIAN, certificate, filed, member, officer

UNION = "xiaoshan-union"
AsPerson = Callable[[Person], Client]


def browser(*roles: Role) -> Client:
    client = Client()
    client.force_login(officer(UNION, *roles), backend=BACKEND)
    return client


def test_a_question_from_suggestion_to_answer_and_entry(as_person: AsPerson, at: datetime) -> None:
    programme, approver = Programme.objects.get(pk=TECHNICIAN), officer(UNION, Role.APPROVER)
    words = entries.Words("证书丢了怎么办？", "先补办证书。")
    entries.publish(words, programme=programme, by=approver, at=at)
    person = member()
    client, there = as_person(person), reverse("public:ask")
    given = {"programme": TECHNICIAN, "kind": "claim", "text": "我的证书丢了，可以申请吗？"}
    first = page(client.post(there, given))
    assert "先补办证书" in first and not Question.objects.exists()
    done = client.post(there, given | {"send": "1"})
    question = Question.objects.get()
    assert done.url == reverse("public:question", args=[question.pk])  # type: ignore[attr-defined]
    assert "6 月 17 日" in page(client.get(done.url))  # type: ignore[attr-defined]
    desk, its = browser(Role.APPROVER), reverse("staff:question", args=[question.pk])
    assert person.name in page(desk.get(reverse("staff:questions")))
    assert desk.post(its, {"act": "take"}).status_code == 302
    assert desk.post(its, {"act": "answer", "text": ""}).status_code == 400
    assert desk.post(its, {"act": "answer", "text": "先补办，再申请。"}).status_code == 302
    assert "先补办，再申请。" in page(client.get(done.url))  # type: ignore[attr-defined]
    assert client.get(reverse("public:questions")).status_code == 200
    new = reverse("staff:entry-from", args=[question.pk])
    assert "先补办，再申请。" in page(desk.get(new))
    leaking = {"question_zh": "问", "answer_zh": "打 13912345678", "programme": ""}
    assert desk.post(new, leaking).status_code == 400
    assert desk.post(new, leaking | {"answer_zh": "到窗口来。"}).status_code == 302
    faq = page(Client().get(reverse("public:faq"), {"q": "窗口"}))
    assert "到窗口来" in faq and "先补办证书" not in faq
    assert "先补办证书" in page(Client().get(reverse("public:programme", args=[TECHNICIAN])))
    assert Client().get(reverse("public:faq"), {"colour": "red"}).status_code == 400
    for name in ("questions", "questions-export", "faq", "faq-export", "entry-new"):
        assert desk.get(reverse(f"staff:{name}")).status_code == 200
    for name in ("questions", "faq", "ratings"):
        assert desk.get(reverse(f"staff:{name}"), {"colour": "red"}).status_code == 400


def test_a_phone_reads_its_own_questions_and_no_others(at: datetime, as_person: AsPerson) -> None:
    programme = Programme.objects.get(pk=TECHNICIAN)
    now = clock.now()  # the proof holds for an hour of the day it is
    row, code = accounts.issue_phone_code("13900005555", at=now)
    proof = accounts.prove_phone(row, code, at=now)
    own = consultation.ask("问一", kind=QuestionKind.POLICY, programme=programme, proof=proof, at=now)
    other = consultation.ask("问二", kind=QuestionKind.POLICY, programme=programme, person=member(), at=at)
    client = Client()
    for pk in (own.pk, other.pk):
        assert client.get(reverse("public:question", args=[pk])).status_code == 302
    session = client.session
    session[ASKING] = str(proof.pk)
    session.save()
    assert "问一" in page(client.get(reverse("public:questions")))
    assert client.get(reverse("public:question", args=[own.pk])).status_code == 200
    assert client.get(reverse("public:question", args=[other.pk])).status_code == 404
    assert client.post(reverse("public:question", args=[own.pk]), {"back": "1"}).status_code == 302
    assert as_person(member()).get(reverse("public:question", args=[own.pk])).status_code == 404


def test_a_closed_case_is_rated_on_its_page_or_by_query_password(as_person: AsPerson, at: datetime) -> None:
    person = member()
    case = filed(person, certificate(person), at=at)
    client, own = as_person(person), reverse("public:application", args=[case.pk])
    rate = reverse("public:rate", args=[case.pk])
    assert rate not in page(client.get(own)) and client.get(rate).status_code == 302
    by = officer(UNION, Role.REVIEWER)
    reviews.look_up(case, found={"certificate.filing_area": "310000"}, place="证书查询网", by=by, at=at)
    case = reviews.refuse(case, conditions=["E5"], text="不符合。", by=by, at=at)
    assert rate in page(client.get(own))
    password = applications.renew_query_password(case, by=person.account, at=at)
    visitor = Client()
    visitor.post(reverse("public:status"), {"id_number": person.id_number, "password": password})
    assert reverse("public:rate-visit") in page(visitor.get(reverse("public:visit")))
    assert visitor.post(reverse("public:rate-visit"), {}).status_code == 200
    given = {"grade": "1", "reasons": ["speed"], "words": "太慢了"}
    assert visitor.post(reverse("public:rate-visit"), given).status_code == 302
    row = Rating.objects.get()
    assert "非常不满意" in page(client.get(own)) and "太慢了" not in page(
        Client().get(reverse("public:ratings"))
    )
    assert Client().get(reverse("public:ratings-export")).status_code == 200
    desk = browser(Role.APPROVER)
    shown = page(desk.get(reverse("staff:ratings")))
    assert "太慢了" in shown and person.name not in shown and str(case.number) not in shown
    for name in ("ratings-export", "ratings-months"):
        assert desk.get(reverse(f"staff:{name}"), {"task": "waiting"}).status_code == 200
    its = reverse("staff:rating", args=[row.pk])
    assert str(case.number) in page(desk.get(its))
    assert str(case.number) not in page(browser(Role.REVIEWER).get(its))
    assert desk.post(its, {"finding": "right", "answer": "已改。"}).status_code == 302
    assert "已改。" in page(client.get(own))
    assert client.post(rate, {"words": "谢谢回复"}).status_code == 302
    assert Rating.objects.get().remark == "谢谢回复"
