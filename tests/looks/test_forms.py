import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from jiangli.looks.forms import Answer, FilesField
from jiangli.looks.widgets import DateParts


class Sample(forms.Form):
    issued = forms.DateField(widget=DateParts, label="发证日期", help_text="右下角")
    level = forms.ChoiceField(
        choices=[("2", Answer("技师", "二级")), ("unknown", Answer("不清楚", otherwise=True))],
        widget=forms.RadioSelect,
    )
    bank = forms.CharField(label="开户行", required=False)


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def filled(year: str, month: str, day: str) -> Sample:
    return Sample({"issued_year": year, "issued_month": month, "issued_day": day, "level": "2"})


@pytest.mark.parametrize("typed", [("2024", "9", "20"), ("２０２４", "09", " 20 ")])
def test_three_boxes_give_a_day(typed: tuple[str, str, str]) -> None:
    form = filled(*typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["issued"].isoformat() == "2024-09-20"


@pytest.mark.parametrize("typed", [("2024", "2", "30"), ("2024", "", "3"), ("去年", "9", "x")])
def test_what_cannot_be_a_day_stays_as_it_was_typed(typed: tuple[str, str, str]) -> None:
    form = filled(*typed)
    assert not form.is_valid()
    shown = str(form["issued"])
    assert all(f'value="{part}"' in shown for part in typed)


def test_no_box_filled_is_no_answer() -> None:
    assert DateParts().value_from_datadict({}, {}, "issued") is None


def test_a_field_says_its_hint_and_its_error_to_readers_of_the_screen() -> None:
    shown = str(filled("2024", "2", "30"))
    assert 'aria-describedby="id_issued_helptext id_issued_error"' in shown
    assert 'id="id_issued_helptext"' in shown
    assert 'id="id_issued_error"' in shown


def test_not_knowing_is_set_apart_and_optional_fields_say_so() -> None:
    shown = str(Sample())
    assert shown.index("技师") < shown.index("或者") < shown.index("不清楚")
    assert "（可不填）" in shown


def test_faults_are_said_in_our_voice() -> None:
    assert "这里还没填。" in str(Sample({}))


def test_several_files_come_as_a_list() -> None:
    given = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in "ab"]

    class Upload(forms.Form):
        photos = FilesField()

    form = Upload({}, MultiValueDict({"photos": given}))
    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["photos"]] == ["a.jpg", "b.jpg"]
    assert not Upload({}, MultiValueDict()).is_valid()
