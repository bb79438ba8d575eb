// A D-Bus client for tests, without a library, so that it runs anywhere (D-Bus specification, "Message Protocol").
//
//   bus-peer [--session | --at PATH] own NAME     owns the name, says `owned`, and answers every call until killed
//   bus-peer [...] try NAME                       the same without staying
//   bus-peer [...] call NAME [PATH [MEMBER [TEXT...]]]
//                                                 calls the interface NAME at the object that is called like it, with
//                                                 texts as its arguments
//   bus-peer [...] hold                           says `connected`, then `closed` when the bus closes the connection
//
// Without an option, the system bus. What is refused is said as `refused ERROR`, a bus that is not there as `no bus`.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CALL = 1, RETURN = 2, ERROR = 3, PATH = 1, INTERFACE = 2, MEMBER = 3, NAME = 4, REPLY = 5, TO = 6, FROM = 7,
       SIGNATURE = 8, SIZE = 65536 };

static int bus;
static uint32_t serial;
/// The arguments of the next call, when there are any.
static char **texts;
static int text_count;

struct message {
  uint8_t type;
  uint32_t serial, reply;
  char error[256], sender[256];
  uint8_t body[SIZE];
  uint32_t length;
};

struct writer {
  uint8_t bytes[4096];
  size_t used;
};

static void align(struct writer *writer, size_t to) {
  while (writer->used % to) writer->bytes[writer->used++] = 0;
}
static void number(struct writer *writer, uint32_t value) {
  align(writer, 4);
  memcpy(writer->bytes + writer->used, &value, 4);
  writer->used += 4;
}
static void text(struct writer *writer, const char *value) {
  number(writer, (uint32_t)strlen(value));
  memcpy(writer->bytes + writer->used, value, strlen(value) + 1);
  writer->used += strlen(value) + 1;
}
static void field(struct writer *writer, uint8_t code, char type, const char *value, uint32_t number_value) {
  if (type != 'u' && !value) return;
  align(writer, 8);
  uint8_t head[] = {code, 1, (uint8_t)type, 0};
  memcpy(writer->bytes + writer->used, head, 4);
  writer->used += 4;
  if (type == 'u') number(writer, number_value);
  else if (type == 'g') {
    writer->bytes[writer->used++] = (uint8_t)strlen(value);
    memcpy(writer->bytes + writer->used, value, strlen(value) + 1);
    writer->used += strlen(value) + 1;
  } else text(writer, value);
}

static void give_up(const char *why) {
  puts(why);
  fflush(stdout);
  exit(1);
}

static void take(void *buffer, size_t size) {
  for (size_t got = 0; got < size;) {
    ssize_t count = read(bus, (char *)buffer + got, size - got);
    if (count <= 0) give_up("closed");
    got += (size_t)count;
  }
}

static uint32_t put(uint8_t type, const char *to, const char *path, const char *interface, const char *member,
                    uint32_t reply, const char *name) {
  struct writer body = {.used = 0}, all = {.used = 0};
  if (name) {
    text(&body, name);
    number(&body, 4 /* do not queue */);
  }
  for (int index = 0; index < text_count; index++) text(&body, texts[index]);
  uint8_t head[] = {'l', type, 0, 1};
  memcpy(all.bytes, head, 4);
  all.used = 4;
  number(&all, (uint32_t)body.used);
  number(&all, ++serial);
  number(&all, 0);
  field(&all, PATH, 'o', path, 0);
  field(&all, INTERFACE, 's', interface, 0);
  field(&all, MEMBER, 's', member, 0);
  if (type == RETURN) field(&all, REPLY, 'u', NULL, reply);
  field(&all, TO, 's', to, 0);
  if (name) field(&all, SIGNATURE, 'g', "su", 0);
  if (text_count) field(&all, SIGNATURE, 'g', &"ssssssss"[8 - text_count], 0);
  uint32_t fields = (uint32_t)all.used - 16;
  memcpy(all.bytes + 12, &fields, 4);
  align(&all, 8);
  memcpy(all.bytes + all.used, body.bytes, body.used);
  all.used += body.used;
  if (send(bus, all.bytes, all.used, MSG_NOSIGNAL) != (ssize_t)all.used) give_up("closed");
  return serial;
}

static void get(struct message *message) {
  uint8_t head[16];
  uint32_t fields;
  static uint8_t all[SIZE];
  memset(message, 0, sizeof *message);
  take(head, 16);
  memcpy(&message->length, head + 4, 4);
  memcpy(&message->serial, head + 8, 4);
  memcpy(&fields, head + 12, 4);
  message->type = head[1];
  if (fields > SIZE - 8 || message->length > SIZE) give_up("too long");
  take(all, (fields + 7) / 8 * 8);
  take(message->body, message->length);
  for (size_t at = 0; at + 4 <= fields;) {
    at = (at + 7) / 8 * 8;
    uint8_t code = all[at];
    char type = (char)all[at + 2];
    at += 4;
    uint32_t value;
    memcpy(&value, all + at, 4);
    if (type == 'u') at += 4;
    else if (type == 'g') at += (size_t)all[at] + 2;
    else {
      if (code == NAME && value < 256) memcpy(message->error, all + at + 4, value);
      if (code == FROM && value < 256) memcpy(message->sender, all + at + 4, value);
      at += 4 + (size_t)value + 1;
    }
    if (code == REPLY) message->reply = value;
  }
}

static struct message *answer(uint32_t to) {
  static struct message message;
  for (;;) {
    get(&message);
    // Who is started by the use of its name is called before it knows that it has the name.
    if (message.type == CALL) put(RETURN, message.sender, NULL, NULL, NULL, message.serial, NULL);
    else if (message.reply == to) return &message;
  }
}

static void checked(struct message *message) {
  if (message->type != ERROR) return;
  printf("refused %s", message->error);
  // Most errors have a text.
  if (text_count && message->length > 5) printf(": %.*s", (int)message->length - 5, message->body + 4);
  putchar('\n');
  exit(1);
}

static void join(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) give_up("no bus");
  strcpy(address.sun_path, path);
  bus = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(bus, (struct sockaddr *)&address, sizeof address) != 0) give_up("no bus");
  char line[64], user[16], hello[128] = {0};
  int length = snprintf(user, sizeof user, "%u", getuid());
  int used = snprintf(hello + 1, sizeof hello - 1, "AUTH EXTERNAL ") + 1;
  for (int index = 0; index < length; index++) used += sprintf(hello + used, "%02x", user[index]);
  used += sprintf(hello + used, "\r\n");
  if (send(bus, hello, (size_t)used, MSG_NOSIGNAL) != used) give_up("closed");
  size_t got = 0;
  do take(line + got, 1);
  while (line[got++] != '\n' && got < sizeof line);
  if (memcmp(line, "OK ", 3) != 0) give_up("refused by the bus");
  if (send(bus, "BEGIN\r\n", 7, MSG_NOSIGNAL) != 7) give_up("closed");
  checked(answer(put(CALL, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", 0, NULL)));
}

int main(int count, char **words) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const char *address = getenv("DBUS_SYSTEM_BUS_ADDRESS"), *path = "/run/dbus/system_bus_socket";
  int next = 1;
  if (next < count && strcmp(words[next], "--session") == 0) {
    address = getenv("DBUS_SESSION_BUS_ADDRESS");
    path = "/none";
    next++;
  } else if (next + 1 < count && strcmp(words[next], "--at") == 0) {
    address = NULL;
    path = words[next + 1];
    next += 2;
  }
  if (address && strncmp(address, "unix:path=", 10) == 0) path = address + 10;
  const char *what = next < count ? words[next] : "", *name = next + 1 < count ? words[next + 1] : "";
  join(path);
  if (strcmp(what, "hold") == 0) {
    puts("connected");
    static struct message message;
    for (;;) get(&message);
  }
  if (strcmp(what, "own") == 0 || strcmp(what, "try") == 0) {
    struct message *reply = answer(
        put(CALL, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName", 0, name));
    checked(reply);
    puts(reply->body[0] == 1 ? "owned" : "not owned");
    static struct message message;
    while (strcmp(what, "own") == 0) {
      get(&message);
      if (message.type == CALL) put(RETURN, message.sender, NULL, NULL, NULL, message.serial, NULL);
    }
    return 0;
  }
  char object[256];
  snprintf(object, sizeof object, "/%s", name);
  for (char *at = object; *at; at++) *at = *at == '.' ? '/' : *at;
  if (next + 4 < count) {
    texts = words + next + 4;
    text_count = count - next - 4 > 8 ? 8 : count - next - 4;
  }
  struct message *reply = answer(put(CALL, name, next + 2 < count ? words[next + 2] : object, name,
                                     next + 3 < count ? words[next + 3] : "Ping", 0, NULL));
  checked(reply);
  printf("answered");
  if (text_count && reply->length > 5) printf(" %.*s", (int)reply->length - 5, reply->body + 4);
  putchar('\n');
  return 0;
}
