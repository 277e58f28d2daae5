#pragma once
#include <microhttpd.h>

// Swift cannot call variadic functions: starting a daemon takes its options by one.
static inline struct MHD_Daemon *agenticmail_mhd_start(
    int listen_socket, unsigned int threads, unsigned int connections, MHD_AccessHandlerCallback handler,
    void *context, void *(*begin)(void *, const char *, struct MHD_Connection *), MHD_RequestCompletedCallback end)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE, 0, NULL, NULL, handler, context,
        MHD_OPTION_LISTEN_SOCKET, listen_socket,
        MHD_OPTION_THREAD_POOL_SIZE, threads,
        MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_URI_LOG_CALLBACK, begin, context,
        MHD_OPTION_NOTIFY_COMPLETED, end, context,
        MHD_OPTION_END);
}

/// Ends a connection that was handed over.
static inline enum MHD_Result agenticmail_mhd_upgrade_close(struct MHD_UpgradeResponseHandle *handle) {
    return MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

static inline struct MHD_Daemon *agenticmail_mhd_start_bounded(
    int listen_socket, unsigned int threads, unsigned int connections, unsigned int seconds,
    MHD_AccessHandlerCallback handler, void *context, void *(*begin)(void *, const char *, struct MHD_Connection *),
    MHD_RequestCompletedCallback end)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handler, context,
        MHD_OPTION_LISTEN_SOCKET, listen_socket,
        MHD_OPTION_THREAD_POOL_SIZE, threads,
        MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_TIMEOUT, seconds,
        MHD_OPTION_URI_LOG_CALLBACK, begin, context,
        MHD_OPTION_NOTIFY_COMPLETED, end, context,
        MHD_OPTION_END);
}

// Casts of macros are not imported.
static inline ssize_t agenticmail_mhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t agenticmail_mhd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
static inline uint64_t agenticmail_mhd_size_unknown(void) { return MHD_SIZE_UNKNOWN; }
