#pragma once
#include <sqlite3.h>

// The macro is a cast, which Swift does not import.
static inline sqlite3_destructor_type csqlite_transient(void) { return SQLITE_TRANSIENT; }

// SQLite keeps the pointer type's name and compares it later, so it must be a string that stays.
static inline int csqlite_fts5_api(sqlite3 *connection, fts5_api **api) {
    sqlite3_stmt *statement = 0;
    int code = sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &statement, 0);
    if (code != SQLITE_OK) return code;
    sqlite3_bind_pointer(statement, 1, (void *)api, "fts5_api_ptr", 0);
    sqlite3_step(statement);
    return sqlite3_finalize(statement);
}

// sqlite3_config is variadic. Without statistics of memory no allocation takes SQLite's global mutex.
static inline int csqlite_without_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
