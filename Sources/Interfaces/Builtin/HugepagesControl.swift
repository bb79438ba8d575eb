internal import Permissions

extension Interface {
  /// Lets a snap set up and use huge pages of memory.
  static let hugepagesControl = Interface(
    "hugepages-control", "allows a snap to set up and use huge pages of memory", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/sys/kernel/mm/hugepages/{,hugepages-[0-9]*}/*")
      grants.files(
        "w",
        "/sys/kernel/mm/hugepages/{,hugepages-[0-9]*}/nr_{hugepages,hugepages_mempolicy,overcommit_hugepages}")
      grants.files(.read, "/sys/devices/system/node/node[0-9]*/hugepages/{,hugepages-[0-9]*}/*")
      grants.files("w", "/sys/devices/system/node/node[0-9]*/hugepages/{,hugepages-[0-9]*}/nr_hugepages")
      grants.files(.readWrite, "/proc/sys/vm/nr_{hugepages,hugepages_mempolicy,overcommit_hugepages}")
      grants.files(
        .read,
        "/proc/sys/vm/hugetlb_shm_group", "/sys/devices/system/node/node[0-9]*/meminfo", "/{dev,run}/hugepages/")
      grants.files("rwk", owner: true, "/{dev,run}/hugepages/{,**}")
      grants.files(.read, "/sys/kernel/mm/transparent_hugepage/{,**}")
      grants.files(
        "w",
        "/sys/kernel/mm/transparent_hugepage/defrag", "/sys/kernel/mm/transparent_hugepage/{,shmem_}enabled",
        "/sys/kernel/mm/transparent_hugepage/use_zero_page",
        "/sys/kernel/mm/transparent_hugepage/khugepaged/{alloc,scan}_sleep_millisecs",
        "/sys/kernel/mm/transparent_hugepage/khugepaged/defrag",
        "/sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_{none,swap}",
        "/sys/kernel/mm/transparent_hugepage/khugepaged/pages_to_scan")
      grants.mount(options: ["ro"], from: "/dev/hugepages", brokered: .only([]))
    }
  }
}
