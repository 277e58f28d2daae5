#pragma once
// The type checks of curl's own macros are for C callers; Swift sees the plain functions.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <fcntl.h>

// Swift cannot call variadic functions: one typed function each.

/// Sets an option whose value is a number.
static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets an option whose value is a size of 64 bits.
static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets an option whose value is text; curl keeps a copy of it.
static inline CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets an option whose value is an address that must stay valid while the handle is used.
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets an option whose value is a list of lines, such as the request's headers.
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/// The shape of the functions that curl calls with bytes received or wanted.
typedef size_t (*ccurl_data_function)(char *bytes, size_t size, size_t count, void *context);

/// Sets the function that takes the body, the headers or gives the request's body.
static inline CURLcode ccurl_set_data_function(CURL *handle, CURLoption option, ccurl_data_function function) {
    return curl_easy_setopt(handle, option, function);
}

/// The shape of the function that moves the request's body back to a place.
typedef int (*ccurl_seek_function)(void *context, curl_off_t offset, int origin);

/// Sets the function that curl calls to send the request's body again.
static inline CURLcode ccurl_set_seek_function(CURL *handle, ccurl_seek_function function) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, function);
}

/// The shape of the function that is asked before a request is sent over a connection.
typedef int (*ccurl_before_function)(void *context, char *address, char *local, int port, int local_port);

/// Sets the function that is asked before a request is sent, also before curl sends it again by itself.
static inline CURLcode ccurl_set_before_function(CURL *handle, ccurl_before_function function) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, function);
}

static inline int ccurl_mark_socket(void *context, curl_socket_t socket, curlsocktype purpose) {
    (void)context;
    (void)purpose;
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    return CURL_SOCKOPT_OK;
}

/// Keeps the handle's connections from programs that this one starts, such as an editor.
static inline CURLcode ccurl_set_close_on_exec(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, ccurl_mark_socket);
}

/// Reads a number about the last transfer.
static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

/// Reads a number of 64 bits about the last transfer, such as a time in microseconds.
static inline CURLcode ccurl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

/// Reads an address about the transfer, such as the one given as CURLOPT_PRIVATE.
static inline CURLcode ccurl_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}

/// Sets a number on the handle that drives all transfers.
static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// Gives the easy handle of a message.
static inline CURL *ccurl_message_handle(const CURLMsg *message) { return message->easy_handle; }

/// Gives the result of a message that says a transfer is done.
static inline CURLcode ccurl_message_result(const CURLMsg *message) { return message->data.result; }

/// Says whether the message tells of a finished transfer.
static inline int ccurl_message_is_done(const CURLMsg *message) { return message->msg == CURLMSG_DONE; }

// Constants that are macros with casts, which Swift does not import.
static const size_t ccurl_write_pause = CURL_WRITEFUNC_PAUSE;
static const size_t ccurl_read_abort = CURL_READFUNC_ABORT;
static const long ccurl_global_default = CURL_GLOBAL_DEFAULT;
static const long ccurl_http_version_2_over_tls = CURL_HTTP_VERSION_2TLS;
static const long ccurl_http_version_1_1 = CURL_HTTP_VERSION_1_1;
static const long ccurl_tls_version_1_2 = CURL_SSLVERSION_TLSv1_2;
