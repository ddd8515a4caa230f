"""The pages of this room."""

from django.urls import path, re_path

from .views import listening, pages, rdp, reaching, recording, room, sharing, ssh, tickets

app_name = "consoles"
urlpatterns = [
    path("<int:pk>/console/", pages.room, name="room"),
    path("<int:pk>/console/serial/", pages.serial, name="serial"),
    path("<int:pk>/console/spice/", pages.spice, name="spice"),
    path("<int:pk>/console/ssh/", ssh.ssh, name="ssh"),
    path("<int:pk>/console/ssh/access/", reaching.access, {"kind": "ssh"}, name="ssh-access"),
    path("<int:pk>/console/ssh/port/", reaching.port, {"kind": "ssh"}, name="ssh-port"),
    path("<int:pk>/console/ssh/key/", reaching.accept, {"kind": "ssh"}, name="ssh-key"),
    *(
        path(f"<int:pk>/console/ssh/{name}/", ssh.part, {"name": name}, name=f"ssh-{name}")
        for name in ssh.PARTS
    ),
    path("<int:pk>/console/rdp/", rdp.rdp, name="rdp"),
    path("<int:pk>/console/rdp/access/", reaching.access, {"kind": "rdp"}, name="rdp-access"),
    path("<int:pk>/console/rdp/port/", reaching.port, {"kind": "rdp"}, name="rdp-port"),
    path(
        "<int:pk>/console/rdp/certificate/",
        reaching.accept,
        {"kind": "rdp"},
        name="rdp-certificate",
    ),
    path("<int:pk>/console/clipboard/", pages.clipboard, name="clipboard"),
    path("<int:pk>/console/panel/", pages.panel, name="panel"),
    path("<int:pk>/console/power/", pages.power, name="power"),
    *(
        path(f"<int:pk>/console/{name}/", room.part, {"name": name}, name=name)
        for name in room.PARTS
    ),
    path("<int:pk>/console/links/", sharing.shares, name="links"),
    re_path(
        r"^(?P<pk>\d+)/console/links/(?P<link_pk>\d+)/(?P<verb>extend|end)/$",
        sharing.change_share,
        name="link",
    ),
    path("<int:pk>/console/listening/", listening.listening, name="listening"),
    path("<int:pk>/console/hands/", room.hands, name="hands"),
    path("<int:pk>/console/record/", recording.record, name="record"),
    path("<int:pk>/console/ticket/", tickets.ticket, name="ticket"),
]
