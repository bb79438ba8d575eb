internal import Permissions

extension Interface {
  /// Lets a snap turn processors on and off and set their speed.
  static let cpuControl = Interface(
    "cpu-control", "allows a snap to turn processors on and off and set their speed", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/sys/devices/system/cpu/**/")
      grants.files(.readWrite, "/sys/devices/system/cpu/cpu*/online")
      grants.files(.read, "/sys/devices/system/cpu/smt/*")
      grants.files("w", "/sys/devices/system/cpu/smt/control")
      grants.files(
        .readWrite,
        "/sys/module/cpu_boost/parameters/input_boost_freq", "/sys/module/cpu_boost/parameters/input_boost_ms",
        "/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_min_freq",
        "/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_max_freq",
        "/sys/devices/system/cpu/cpu[0-9]*/core_ctl/min_cpus",
        "/sys/devices/system/cpu/cpu[0-9]*/core_ctl/busy_up_thres",
        "/sys/devices/system/cpu/cpu[0-9]*/core_ctl/busy_down_thres",
        "/sys/devices/system/cpu/cpu[0-9]*/core_ctl/offline_delay_ms",
        "/sys/devices/system/cpu/cpu[0-9]*/core_ctl/task_thres",
        "/sys/devices/system/cpu/cpu[0-9]*/core_ctl/nr_prev_assist_thresh",
        "/sys/devices/system/cpu/cpu[0-9]*/core_ctl/enable")
      grants.files(.read, "/sys/devices/system/cpu/cpufreq/{,**}")
      grants.files(
        "w",
        "/sys/devices/system/cpu/cpufreq/policy*/energy_performance_preference",
        "/sys/devices/system/cpu/cpufreq/policy*/scaling_governor",
        "/sys/devices/system/cpu/cpufreq/policy*/scaling_max_freq",
        "/sys/devices/system/cpu/cpufreq/policy*/scaling_min_freq",
        "/sys/devices/system/cpu/cpufreq/policy*/scaling_setspeed")
      grants.files(
        .readWrite,
        "/sys/devices/system/cpu/cpufreq/policy*/schedutil/up_rate_limit_us",
        "/sys/devices/system/cpu/cpufreq/policy*/schedutil/down_rate_limit_us",
        "/sys/devices/system/cpu/cpufreq/policy*/schedutil/hispeed_freq",
        "/sys/devices/system/cpu/cpufreq/policy*/schedutil/pl")
      grants.files("w", "/sys/devices/system/cpu/cpufreq/boost")
      grants.files(.read, "/sys/devices/system/cpu/intel_pstate/{,*}")
      grants.files(
        "w",
        "/sys/devices/system/cpu/intel_pstate/hwp_dynamic_boost",
        "/sys/devices/system/cpu/intel_pstate/max_perf_pct", "/sys/devices/system/cpu/intel_pstate/min_perf_pct",
        "/sys/devices/system/cpu/intel_pstate/no_turbo", "/sys/devices/system/cpu/intel_pstate/status")
      grants.files(
        .readWrite,
        "/proc/sys/kernel/sched_upmigrate", "/proc/sys/kernel/sched_downmigrate",
        "/proc/sys/kernel/sched_group_upmigrate", "/proc/sys/kernel/sched_group_downmigrate",
        "/proc/sys/kernel/sched_walt_rotate_big_tasks", "/proc/sys/kernel/sched_boost")
      grants.files(.read, "/proc/idleruntime/{all,cpu[0-9]*}/data")
      grants.files("w", "/proc/idleruntime/{all,cpu[0-9]*}/reset")
      grants.files(.readWrite, "/dev/cpu_dma_latency")
      grants.files(.read, "/sys/kernel/irq{/,/[0-9]**}", "/proc/interrupts")
      grants.files(
        "rwk",
        "/proc/irq/[0-9]*/smp_affinity", "/proc/irq/[0-9]*/smp_affinity_list", "/proc/irq/default_smp_affinity")
      grants.udev(#"SUBSYSTEM=="misc", KERNEL=="cpu_dma_latency""#)
    }
  }
}
