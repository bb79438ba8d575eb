#pragma once
// libcurl, loaded when the first request is made: it brings thirty libraries along, 4 MB of memory and some
// milliseconds that a daemon which talks to no store shall not pay. Prefix `cu_`; no logic.
#include <curl/curl.h>
#include <stddef.h>

/// Loads and initialises libcurl once; NULL when it is there, else why not.
const char *cu_load(void);

CURL *cu_new(void);
/// Forgets all options, keeps connections.
void cu_reset(CURL *handle);
void cu_free(CURL *handle);
CURLcode cu_perform(CURL *handle);
const char *cu_message(CURLcode code);

CURLcode cu_set_number(CURL *handle, CURLoption option, long value);
CURLcode cu_set_large(CURL *handle, CURLoption option, curl_off_t value);
CURLcode cu_set_text(CURL *handle, CURLoption option, const char *text);
CURLcode cu_set_pointer(CURL *handle, CURLoption option, void *pointer);
CURLcode cu_set_data_callback(
  CURL *handle, CURLoption option, size_t (*callback)(char *bytes, size_t size, size_t count, void *context));
CURLcode cu_set_progress_callback(
  CURL *handle, int (*callback)(void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t));

/// Asked for the socket of every connection; CURL_SOCKET_BAD makes none.
CURLcode cu_set_socket_callback(
  CURL *handle, curl_socket_t (*callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address));

long cu_number(CURL *handle, CURLINFO info);

struct curl_slist *cu_append(struct curl_slist *list, const char *text);
void cu_free_list(struct curl_slist *list);
