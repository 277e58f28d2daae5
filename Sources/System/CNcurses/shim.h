#pragma once
// Wide characters (cchar_t, setcchar, get_wch) exist in the header only with this.
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <term.h>
