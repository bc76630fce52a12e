from django.urls import path

from jiangli.staff.views import account, acting, case, evidence, holds, lists, payments, queue

app_name = "staff"
urlpatterns = [
    path("", queue.home, name="home"),
    path("cases/", queue.queue, name="queue"),
    path("cases/export", queue.export, name="queue-export"),
    path("cases/<uuid:pk>/", case.case, name="case"),
    path("cases/<uuid:pk>/take", acting.take, name="take"),
    path("cases/<uuid:pk>/pass", acting.pass_on, name="pass"),
    path("cases/<uuid:pk>/return", acting.send_back, name="return"),
    path("cases/<uuid:pk>/refuse", acting.refuse, name="refuse"),
    path("cases/<uuid:pk>/settle", holds.settle, name="settle"),
    path("cases/<uuid:pk>/confirm", acting.confirm, name="confirm"),
    path("cases/<uuid:pk>/look-up/<str:fact>", acting.look_up, name="look-up"),
    path("cases/<uuid:pk>/reveal", case.reveal, name="reveal"),
    path("evidence/<uuid:pk>/<int:page>", evidence.evidence, name="evidence"),
    path("lists/", lists.lists, name="lists"),
    path("lists/<uuid:pk>/", lists.published_list, name="list"),
    path("lists/<uuid:pk>/export", lists.export, name="list-export"),
    path("payments/", payments.payments, name="payments"),
    path("payments/export", payments.export, name="payments-export"),
    path("payments/freeze", payments.freeze, name="freeze"),
    path("payments/returned", payments.read_returned, name="read-returned"),
    path("payments/returned/<uuid:pk>/", payments.returned_sheet, name="returned-sheet"),
    path("payments/batches/", payments.batches, name="batches"),
    path("payments/batches/<uuid:pk>/", payments.batch, name="batch"),
    path("payments/batches/<uuid:pk>/release", payments.release, name="release"),
    path("payments/batches/<uuid:pk>/dissolve", payments.dissolve, name="dissolve"),
    path("payments/batches/<uuid:pk>/write", payments.write_sheet, name="write-sheet"),
    path("payments/batches/<uuid:pk>/sheet", payments.sheet, name="sheet"),
    path("payments/batches/<uuid:pk>/export", payments.export_batch, name="batch-export"),
    path("deputies/", account.deputies, name="deputies"),
    path("deputies/<int:pk>/end", account.end_deputy, name="end-deputy"),
]
