#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>

static struct {
  CURLcode (*global_init)(long);
  CURL *(*init)(void);
  void (*reset)(CURL *);
  void (*cleanup)(CURL *);
  CURLcode (*perform)(CURL *);
  const char *(*message)(CURLcode);
  CURLcode (*set)(CURL *, CURLoption, ...);
  CURLcode (*info)(CURL *, CURLINFO, ...);
  struct curl_slist *(*append)(struct curl_slist *, const char *);
  void (*free_list)(struct curl_slist *);
} curl;

static const char *failure;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    failure = "libcurl.so.4 is not there or cannot be used";
    return;
  }
#define FIND(member, name)                                     \
  if (!(*(void **)&curl.member = dlsym(library, name))) {      \
    failure = "libcurl.so.4 has no " name;                     \
    return;                                                    \
  }
  FIND(global_init, "curl_global_init")
  FIND(init, "curl_easy_init")
  FIND(reset, "curl_easy_reset")
  FIND(cleanup, "curl_easy_cleanup")
  FIND(perform, "curl_easy_perform")
  FIND(message, "curl_easy_strerror")
  FIND(set, "curl_easy_setopt")
  FIND(info, "curl_easy_getinfo")
  FIND(append, "curl_slist_append")
  FIND(free_list, "curl_slist_free_all")
#undef FIND
  if (curl.global_init(CURL_GLOBAL_ALL) != CURLE_OK) failure = "libcurl.so.4 cannot be initialised";
}

const char *cu_load(void) {
  pthread_once(&once, load);
  return failure;
}

CURL *cu_new(void) { return curl.init(); }
void cu_reset(CURL *handle) { curl.reset(handle); }
void cu_free(CURL *handle) { curl.cleanup(handle); }
CURLcode cu_perform(CURL *handle) { return curl.perform(handle); }
const char *cu_message(CURLcode code) { return curl.message(code); }

CURLcode cu_set_number(CURL *handle, CURLoption option, long value) { return curl.set(handle, option, value); }
CURLcode cu_set_large(CURL *handle, CURLoption option, curl_off_t value) { return curl.set(handle, option, value); }
CURLcode cu_set_text(CURL *handle, CURLoption option, const char *text) { return curl.set(handle, option, text); }
CURLcode cu_set_pointer(CURL *handle, CURLoption option, void *pointer) { return curl.set(handle, option, pointer); }
CURLcode cu_set_data_callback(
  CURL *handle, CURLoption option, size_t (*callback)(char *bytes, size_t size, size_t count, void *context)) {
  return curl.set(handle, option, callback);
}
CURLcode cu_set_progress_callback(
  CURL *handle, int (*callback)(void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t)) {
  return curl.set(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

CURLcode cu_set_socket_callback(
  CURL *handle, curl_socket_t (*callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address)) {
  return curl.set(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}

long cu_number(CURL *handle, CURLINFO info) {
  long value = 0;
  return curl.info(handle, info, &value) == CURLE_OK ? value : 0;
}

struct curl_slist *cu_append(struct curl_slist *list, const char *text) { return curl.append(list, text); }
void cu_free_list(struct curl_slist *list) { curl.free_list(list); }
