#pragma once
#include <gmime/gmime.h>

// Swift imports neither the cast macros of GObject nor the untyped g_object_unref as something with a type to hold on to.

static inline void agm_unref(void *object) { g_object_unref(object); }

// INTERNET_ADDRESS_IS_GROUP is a macro.
static inline int agm_address_is_group(InternetAddress *address) { return INTERNET_ADDRESS_IS_GROUP(address) ? 1 : 0; }

// INTERNET_ADDRESS_GROUP is a macro; the caller has asked agm_address_is_group.
static inline InternetAddressList *agm_group_members(InternetAddress *address) {
    return internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address));
}

// INTERNET_ADDRESS_IS_MAILBOX and INTERNET_ADDRESS_MAILBOX are macros. NULL for what is no mailbox.
static inline const char *agm_mailbox_address(InternetAddress *address) {
    if (!INTERNET_ADDRESS_IS_MAILBOX(address)) return NULL;
    return internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
}
