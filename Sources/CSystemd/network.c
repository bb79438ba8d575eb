#include "CSystemd.h"
#include <errno.h>
#include <systemd/sd-bus.h>

int cs_network_metered(const char *address, uint64_t timeout, uint32_t *value) {
  sd_bus *bus = NULL;
  sd_bus_message *question = NULL, *answer = NULL;
  int status = sd_bus_new(&bus);
  if (status >= 0) status = sd_bus_set_address(bus, address);
  if (status >= 0) status = sd_bus_set_bus_client(bus, 1);
  if (status >= 0) status = sd_bus_start(bus);
  if (status >= 0) status = sd_bus_set_method_call_timeout(bus, timeout);
  if (status >= 0)
    status = sd_bus_message_new_method_call(
        bus, &question, "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager",
        "org.freedesktop.DBus.Properties", "Get");
  /* A machine without it is not to get it by being asked. */
  if (status >= 0) status = sd_bus_message_set_auto_start(question, 0);
  if (status >= 0) status = sd_bus_message_append(question, "ss", "org.freedesktop.NetworkManager", "Metered");
  if (status >= 0) status = sd_bus_call(bus, question, timeout, NULL, &answer);
  if (status >= 0) status = sd_bus_message_read(answer, "v", "u", value);
  sd_bus_message_unref(answer);
  sd_bus_message_unref(question);
  if (bus) sd_bus_flush_close_unref(bus);
  return status < 0 ? status : 0;
}
