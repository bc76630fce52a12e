"""How a policy folder is read: what a programme then says of itself, and what is refused with which words."""

from datetime import date

import pytest
from small_law import PROGRAMME, SMALL, changed, programme

from jiangli.rules import assess, build, compile, default_folder, load
from jiangli.rules.errors import BadQuote, BadToml, PolicyError, UnknownKey, WrongValue
from jiangli.rules.toml import read

DAY = date(2025, 6, 10)


def refusal(more: str = "", *, was: str = "", now: str = "") -> PolicyError:
    """The error of the small programme with a part replaced and more added."""
    with pytest.raises(PolicyError) as found:
        programme(more, was=was, now=now)
    return found.value


# --- TOML with places


def test_every_key_knows_its_line_and_column():
    table = read(
        'a = 1\n[x.y]\n"k.z" = [ { b.c = "中", d = [1, 2] } ]\n[[l]]\nq = 2\n[[l]]\nq = "3"\n', "f.toml"
    )
    assert str(table.place("a")) == "f.toml:1:1"
    assert table.place("x", "y", "k.z", 0, "b", "c").line == 3
    assert table.place("l", 1, "q").line == 7
    assert table.place("l", 1, "q").column == 5
    assert table.place("x", "y", "nothing").line == 2
    assert table.place("nothing").line == 1


def test_a_file_that_is_not_toml_says_where():
    with pytest.raises(BadToml, match=r"f.toml:2:\d+"):
        read('a = 1\nb = "x\n', "f.toml")
    with pytest.raises(BadToml, match=r"f\.toml:2"):
        read("a = 1\na = 2\n", "f.toml")
    with pytest.raises(BadToml, match=r"f\.toml"):
        read("a = [1", "f.toml")


def test_an_unknown_key_is_refused_with_the_nearest_known_one_in_both_languages():
    error = refusal(was="quote = ", now="quot = ")
    assert isinstance(error, UnknownKey)
    assert str(error).startswith("test/one.toml:11:8: 不认得的键 quot。 可以写：quote。")
    assert "Unknown key quot. Write: quote." in str(error)
    assert error.line == 11
    assert 'quot = "甲等应当如此。"' in str(error)
    assert (
        "id title agency"
        in refusal("zzz = 1", was='title    = "测试项目"', now='title = "测试项目"\nzzz = 1').remedy.zh
    )


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ('title    = "测试项目"', "", "title is missing"),
        ('title    = "测试项目"', "title = 3", "wrong type"),
        ('title    = "测试项目"', 'title = " "', "title is blank"),
        ('claimant = "person"', 'claimant = "robot"', 'claimant cannot be "robot"'),
        ('claimant = "person"', 'claimant = "person"\nlines = "many"', 'lines cannot be "many"'),
        ('when  = "a.yes"', "", "one of when, any, by_date"),
        ('when  = "a.yes"', 'when = "a.yes"\nany = []', "one of when, any, by_date"),
        ('when  = "a.yes"', 'when = "a.yes"\nfault = 1', "fault has a value of the wrong type"),
        ('when  = "a.yes"', 'when = "a.yes"\ntell = "{b.yes}"', "tell names b.yes"),
        ("[claim.E1]", "[claim]\nE2 = 3\n[claim.E1]", "wrong type"),
        ('quote = "甲等应当如此。"', "", "This rule has no basis"),
        ('quote = "甲等应当如此。"', 'quote = "乙等"', "not in the text"),
        ('quote = "甲等应当如此。"', 'quote = "两处都有的话。"', "at several places"),
        ('quote = "甲等应当如此。"', 'quote = "甲等"\nat = "三"', 'no clause "三"'),
        ("yuan  = 100", "", "yuan, rates or brackets"),
        ("yuan  = 100", "yuan = 1.005", "wrong type"),
        ("yuan  = 100", "yuan = -1", "wrong type"),
        ("yuan  = 100", 'by = "a.level"\nrates = [{ is = "low" }]', "yuan, or no_rate"),
        (
            "yuan  = 100",
            'by = "a.level"\nrates = [{ is = "top", yuan = 1 }]',
            "top is not a value of a.level",
        ),
        ("yuan  = 100", 'rates = [{ is = ["low"], yuan = 1 }]', "low is not a value of None"),
        ("yuan  = 100", 'by = "a.level"\nrates = [{ is = [1], yuan = 1 }]', "wrong type"),
        ("yuan  = 100", 'by = "a.nothing"\nrates = []', "no fact a.nothing"),
        ("yuan  = 100", "yuan = 100\nsupplements = 1", "wrong type"),
        ("yuan  = 100", 'yuan = 100\npayers = [{ payer = "x", ratio = -1 }]', "wrong type"),
        ("yuan  = 100", 'yuan = 100\npayers = [{ payer = "x", percent = 60 }]', "do not pay the whole"),
        (
            "yuan  = 100",
            'yuan = 100\npayers = [{ payer = "x", percent = 100 }, { payer = "y" }]',
            "do not pay the whole",
        ),
    ],
)
def test_wrong_programmes(was, now, says):
    error = refusal(was=was, now=now)
    assert says in str(error)
    assert error.file == "test/one.toml"
    assert error.remedy.zh
    assert error.remedy.en


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('[parameters]\nx = { value = [1], reason = "y" }', "wrong type"),
        ("[parameters]\nx = { value = 1 }", "no basis"),
        ('[parameters]\nx = { reason = "y" }', "wrong type"),
        ('[parameters]\nx = { value = 2025-01-01T00:00:00, reason = "y" }', "wrong type"),
        ('[[limits]]\nonce_per = ["claim", "horse"]\ninferred = "x"', "horse is unknown"),
        ('[[limits]]\nonce_per = ["subject"]\ninferred = "x"', "subject is unknown"),
        ('[[limits]]\nonce_per = ["person"]\nkeep_highest = "a.colour"\ninferred = "x"', "has no order"),
        ('[[limits]]\nonce_per = ["person"]\nkeep_highest = "a.count"\ninferred = "x"', "has no order"),
        ('[[limits]]\nonce_per = ["person"]\nid = "E1"\ninferred = "x"', "E1 stands twice"),
        ('[[limits]]\nonce_per = ["person"]\ntell = "{a.yes}"\ninferred = "x"', "tell names a.yes"),
        ('[process]\nmaterials = [{ id = "m", title = "x" }, { id = "m", title = "y" }]', "m stands twice"),
        ('[process]\nroute = "pigeon"', 'route cannot be "pigeon"'),
        ('[process]\nstages = [{ kind = "dance", title = "x" }]', 'kind cannot be "dance"'),
        ('[process]\nstages = [{ kind = "pay", title = "x", days = "5", inferred = "y" }]', "wrong type"),
        ('[form]\nalso_ask = ["a.nothing"]', "no fact a.nothing"),
        ('[messages]\n"payment.lost" = "x"', "Unknown key payment.lost"),
        ('[[not_modelled]]\nreason = "x"', "no basis"),
    ],
)
def test_wrong_parts(more, says):
    assert says in str(refusal(more))


def test_regimes_must_join():
    rows = '{ to = 2025-03-31, when = "a.yes" }, { from = 2025-04-0%d, when = "b.yes" }'
    for now in (
        "by_date = []",
        f"by_date = [ {rows % 2} ]",
        'by_date = [ { from = 2025-01-01, when = "a.yes" } ]',
    ):
        assert "leave a gap" in str(refusal(was='when  = "a.yes"', now=now))
    found = programme(was='when  = "a.yes"', now=f"by_date = [ {rows % 1} ]").programmes["test-one"]
    for day, name in ((date(2025, 3, 31), "a.yes"), (date(2025, 4, 1), "b.yes")):
        assert assess(found, {name: True}, on=day).outcome == "eligible"
        assert assess(found, {}, on=day).unknown == (name,)


def test_a_regime_can_hang_on_another_date():
    rows = '{ to = 2025-03-31, when = "a.yes" }, { from = 2025-04-01, when = "b.yes" }'
    now = f'by_date = [ {rows} ]\nquote = "甲等应当如此。"'
    source = PROGRAMME.replace('claimant = "person"', 'claimant = "person"\ndecided_by = "a.day"')
    source = source.replace('when  = "a.yes"\nquote = "甲等应当如此。"', now)
    found = build(changed(one=source)).programmes["test-one"]
    assert assess(found, {}, on=DAY).unknown == ("a.day",)
    assert assess(found, {"a.day": date(2025, 4, 1)}, on=DAY).unknown == ("b.yes",)


# --- facts


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[facts."a.yes"]\ntype = "bool"', "declared already"),
        ("[enums.level]\nzh = 'x'", "declared already"),
        ('[facts.wrong]\ntype = "bool"', "not a name of a fact"),
        ('[facts."x.y"]\ntype = "bit"', 'type cannot be "bit"'),
        ('[facts."x.y"]\ntype = "enum"\nvalues = "none"', 'values cannot be "none"'),
        ("[colours]", "Unknown key colours"),
    ],
)
def test_wrong_facts(text, says):
    with pytest.raises(PolicyError, match=says):
        build(changed(own=text))


def test_a_document_may_declare_facts_of_its_own():
    own = '[facts."x.y"]\ntype = "text"\nzh = "丙"\ndescription = "made up"\nsource = "applicant"\n'
    own += 'question = "哪个？"'
    library = build(
        changed(own=own, one=PROGRAMME + '[form]\nalso_ask = ["x.y", { fact = "a.text", when = "a.yes" }]')
    )
    assert "x.y" in library.facts
    asked = library.programmes["test-one"].form
    assert [ask.fact.name for ask in asked] == ["a.yes", "x.y", "a.text"]
    assert [ask.read for ask in asked] == [True, False, False]
    assert asked[2].when.run({"a.yes": True})
    assert library.facts["x.y"].question.say("en") == "哪个？"
    assert set(library.facts) > {"x.y"}


# --- English beside it


def test_english_stands_in_a_file_of_its_own():
    english = '[claim.E1]\ntitle = "Of class A"\n'
    found = build(changed(english='title = "Test"\n' + english)).programmes["test-one"]
    assert (found.title.say("en"), found.title.say("zh")) == ("Test", "测试项目")
    assert found.condition("E1").title.say("en") == "Of class A"


def test_english_for_something_that_is_not_there_is_refused():
    with pytest.raises(UnknownKey, match=r"one.en.toml:2:\d+.*claim.E9.title"):
        build(changed(english='[claim.E9]\ntitle = "x"'))


# --- the whole


def test_an_id_may_stand_only_once():
    with pytest.raises(WrongValue, match="test-one is the id of another file too"):
        build(changed(two=PROGRAMME))


def test_a_programme_compiles_from_stored_sources_to_the_same_hash(law):
    for id, known in law.programmes.items():
        again = compile(law.sources_of(id), id)
        assert again.hash == known.hash
        assert again.facts_read == known.facts_read
    with pytest.raises(KeyError):
        compile(SMALL, "test-nine")


def test_the_hash_covers_every_file_a_programme_is_read_from_and_no_other():
    first = build(SMALL).programmes["test-one"].hash
    two = PROGRAMME.replace("test-one", "test-two")
    assert build(changed(two=two)).programmes["test-one"].hash == first
    later = {
        build(changed(**{key: text})).programmes["test-one"].hash
        for key, text in (
            ("text", SMALL["test/text.md"] + "\n附则。"),
            ("document", SMALL["test/document.toml"] + '\nnumber = "1号"'),
            ("own", ""),
            ("english", ""),
            ("facts", SMALL["facts.toml"] + "\n"),
            ("one", PROGRAMME + "\n"),
        )
    }
    assert len(later | {first}) == 7


def test_the_policies_are_found_without_being_named(law, tmp_path, monkeypatch):
    assert load().programmes.keys() == law.programmes.keys()
    (tmp_path / "policies").mkdir()
    (tmp_path / "__init__.py").touch()
    monkeypatch.setattr("jiangli.__file__", str(tmp_path / "__init__.py"))
    assert default_folder() == tmp_path / "policies"


def test_what_a_programme_says_of_itself(law):
    found = law.programmes["xiaoshan-union-2025-technician"]
    assert found.title.say("en").startswith("One-off incentive")
    assert found.amount_range_fen() == (120000, 160000)
    assert found.window() == (date(2025, 4, 15), date(2025, 12, 1))
    assert found.document.series == "union-skill-incentive"
    assert found.document.contact.phone == "83712123"
    assert [stage.agency for stage in found.stages] == ["xiaoshan-union", "hangzhou-union", "xiaoshan-union"]
    assert [material.id for material in found.materials] == ["identity_card", "certificate", "bank_card"]
    assert found.condition("E6").fault
    assert found.condition("E6").basis.clause == "注意事项"
    assert found.condition("rate").id == "rate"
    assert found.limits[0].condition.basis.clause == "2025年度新时代技能人才激励政策"
    with pytest.raises(KeyError):
        found.condition("E99")


def test_every_condition_of_the_union_quotes_the_official_text(law):
    text = "\n".join(f"{c.title}\n{c.text}" for c in law.documents["xiaoshan-union-2025"].clauses)
    for found in law.programmes.values():
        if found.document.id == "xiaoshan-union-2025":
            cites = [condition.basis.cites for condition in found.conditions]
            assert all(cites)
            assert all(cite.quote in text for each in cites for cite in each)


def test_a_computed_amount_has_no_range_and_an_open_programme_no_window():
    found = programme(was="yuan  = 100", now='yuan = "100 * a.count"').programmes["test-one"]
    assert found.amount_range_fen() is None
    assert found.window() is None
    found = programme(was='"a.yes"', now="\"application.applied_on >= DATE '2025-01-01'\"").programmes[
        "test-one"
    ]
    assert found.window() == (date(2025, 1, 1), None)
    assert found.document.contact is None


def test_process_and_messages():
    found = programme("""
[process]
route  = "own_card"
stages = [
  { kind = "publish", title = "公示", days = 5, calendar = "working", list = "approved", inferred = "x" },
  { kind = "review", title = "审查", agency = "other", outside = true, asks = ["opinion"], quote = "甲等" },
]
materials = [{ title = "申请表", per = "line", optional = true }]
[messages]
"payment.paid" = "到账了。"
[warnings.W1]
when  = "b.yes"
quote = "甲等"
[[not_modelled]]
quote  = "总则第一句。"
reason = "没有内容"
[parameters]
since = { value = 2025-01-01, quote = "甲等" }
word  = { value = "x", reason = "y" }
""").programmes["test-one"]
    first, second = found.stages
    assert (first.agency, first.days, first.calendar, first.list) == ("test-agency", 5, "working", "approved")
    assert (second.agency, second.outside, second.asks) == ("other", True, ("opinion",))
    assert (found.materials[0].id, found.materials[0].per, found.materials[0].optional) == (
        "material_1",
        "line",
        True,
    )
    assert found.messages["payment.paid"].zh == "到账了。"
    assert found.not_modelled[0].basis.clause == "测试通知"
    assert [parameter.value for parameter in found.parameters] == [date(2025, 1, 1), "x"]
    answer = assess(found, {"a.yes": True, "b.yes": False}, on=DAY)
    assert answer.outcome == "eligible"
    assert [finding.state for finding in answer.warnings] == [False]
    assert answer.warnings[0].tell().startswith("W1；b.yes：否。")


def test_a_quote_is_looked_for_in_its_section_first():
    error = refusal(was='quote = "每人一百元。"', now='quote = "两处都有的话。"')
    assert isinstance(error, BadQuote)
    assert "二、标准；二、标准 › (一)细则" in error.message.zh
    found = programme(was='quote = "每人一百元。"', now='quote = "两处都有的话。"\nat = "(一)细则"')
    assert found.programmes["test-one"].amount.rates[0].basis.clause == "二、标准 › (一)细则"


def test_who_files_and_how_often_and_what_is_decided_elsewhere():
    found = programme("""
[process]
rounds = { per_year = 2, quote = "甲等" }
stages = [
  { kind = "file", title = "申报", inferred = "x" },
  { kind = "file", title = "代报", agency = "employer", inferred = "x" },
  { kind = "review", title = "审核", inferred = "x" },
]
[elsewhere]
title = "在别的平台办"
quote = "甲等"
""").programmes["test-one"]
    assert [stage.agency for stage in found.stages] == ["claimant", "employer", "test-agency"]
    assert (found.rounds.per_year, found.rounds.basis.quote) == (2, "甲等")
    assert (found.elsewhere.title.zh, found.elsewhere.basis.clause) == ("在别的平台办", "一、条件")


def test_whom_to_ask_is_said_by_the_programme_or_by_its_document():
    row = 'contact = { name = "测试科", phone = "12345", quote = "甲等" }'
    found = programme(was='claimant = "person"', now=f'claimant = "person"\n{row}').programmes["test-one"]
    assert (found.contact.name.zh, found.contact.phone) == ("测试科", "12345")
    ours = build(changed(document=SMALL["test/document.toml"] + 'contact = { name = "大厅", phone = "1" }'))
    assert ours.programmes["test-one"].contact.phone == "1"


def test_a_clause_is_cited_by_its_heading_or_its_number():
    for name in ("(一)细则", "二(一)"):
        found = programme(was='quote = "每人一百元。"', now=f'quote = "两处都有的话。"\nat = "{name}"')
        assert found.programmes["test-one"].amount.rates[0].basis.clause == "二、标准 › (一)细则"
    assert found.programmes["test-one"].first_line == 6
    assert programme(was='section  = "一、条件"\n').programmes["test-one"].first_line == 0


def test_a_rule_may_quote_several_passages():
    now = 'quote = ["甲等应当如此。", "每人一百元。"]'
    found = programme(was='quote = "甲等应当如此。"', now=now).programmes["test-one"]
    assert [cite.clause for cite in found.claim[0].basis.cites] == ["一、条件", "二、标准"]
    assert found.claim[0].basis.quote == "甲等应当如此。\n每人一百元。"


def test_a_programme_may_belong_to_a_series_of_its_own():
    found = programme(was='claimant = "person"', now='claimant = "person"\nseries = "own-series"')
    assert found.series_of("test-one") == "own-series"
    assert programme().series_of("test-one") == "test-series"


def test_a_document_may_add_values_to_an_enum():
    own = '[enums.colour]\nadd = [{ id = "green", zh = "绿" }]'
    law = build(changed(own=own))
    assert list(law.facts["a.colour"].enum.ranks) == ["red", "blue", "green"]
    assert [choice.id for choice in law.facts["a.colour"].choices] == ["red", "blue", "green"]
    for text, says in (
        ('[enums.level]\nadd = [{ id = "top", zh = "顶" }]', "not an enum that can be added to"),
        ('[enums.shape]\nadd = [{ id = "round", zh = "圆" }]', "not an enum that can be added to"),
        ('[enums.colour]\nadd = [{ id = "red", zh = "红" }]', "red is there already"),
    ):
        with pytest.raises(WrongValue, match=says):
            build(changed(own=text))


def test_an_agency_must_be_one_of_the_installation():
    enum = '[enums.agency]\nzh = "机构"\nvalues = [{ id = "test-agency", zh = "测试局" }]\n'
    known = SMALL | {"facts.toml": enum + SMALL["facts.toml"]}
    assert build(known).programmes["test-one"].agency == "test-agency"
    stranger = PROGRAMME.replace('"test-agency"', '"strange-office"')
    with pytest.raises(WrongValue, match="no agency strange-office") as error:
        build(known | {"test/one.toml": stranger})
    assert error.value.line == 5
