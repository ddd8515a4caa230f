"""The doors of a SAML sign-in, under the names that allauth knows them by."""

from django.urls import path

from . import doors

urlpatterns = [
    path("<slug:organization_slug>/", doors.go, name="saml_login"),
    path("<slug:organization_slug>/back/", doors.take, name="saml_acs"),
    path("<slug:organization_slug>/in/", doors.finish, name="saml_finish_acs"),
    path("<slug:organization_slug>/out/", doors.leave, name="saml_sls"),
    path("<slug:organization_slug>/metadata/", doors.describe, name="saml_metadata"),
]
