"""The pages of this room."""

from django.urls import path

from .views import before, cockpit

app_name = "migration"
urlpatterns = [
    path("machines/migrate/", before.bulk, name="bulk"),
    path("machines/<int:pk>/migrate/", before.choose, name="choose"),
    path("machines/<int:pk>/migrate/check/", before.check, name="check"),
    path("machines/<int:pk>/migrate/fix/", before.fix, name="fix"),
    path("migrations/<int:migration_id>/", cockpit.cockpit, name="cockpit"),
    path("migrations/<int:migration_id>/figures/", cockpit.figures, name="figures"),
    path("migrations/<int:migration_id>/tune/", cockpit.tune, name="tune"),
    path("migrations/<int:migration_id>/post-copy/", cockpit.post_copy, name="post_copy"),
    path("migrations/<int:migration_id>/pause/", cockpit.pause, name="pause"),
    path("migrations/<int:migration_id>/cancel/", cockpit.cancel, name="cancel"),
]
