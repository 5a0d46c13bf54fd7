"""The technician's pages. The page of the managed policy is the gateway's, which gives the extension out."""

from django.urls import path

from heedful.devices.views import inventory, listing, one, tokens

urlpatterns = [
    path("devices/", listing.devices, name="devices"),
    path("devices/export.csv", listing.devices_csv, name="devices_csv"),
    path("devices/tokens/", tokens.tokens, name="tokens"),
    path("devices/tokens/make/", tokens.token_make, name="token_make"),
    path("devices/tokens/<int:token>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("devices/inventory/", inventory.inventory, name="inventory"),
    path("devices/inventory/<int:number>/", inventory.inventory_import, name="inventory_import"),
    path("devices/inventory/<int:number>/apply/", inventory.inventory_apply, name="inventory_apply"),
    path("devices/inventory/<int:number>/refuse/", inventory.inventory_refuse, name="inventory_refuse"),
    path("devices/<int:device>/", one.device, name="device"),
    path("devices/<int:device>/retire/", one.device_retire, name="device_retire"),
    path("devices/<int:device>/return/", one.device_return, name="device_return"),
    path("devices/<int:device>/merge/", one.device_merge, name="device_merge"),
    path("devices/<int:device>/profiles/<uuid:profile>/revoke/", one.profile_revoke, name="profile_revoke"),
]
