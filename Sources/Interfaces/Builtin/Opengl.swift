internal import Permissions

extension Interface {
  /// Graphics cards, and the libraries that belong to the host's drivers.
  static let opengl = Interface(
    "opengl", "allows drawing with the graphics card", implicitSlot: .always, slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/var/lib/snapd/lib/gl{,32}/")
      grants.files("mr", "/var/lib/snapd/lib/gl{,32}/**")
      grants.files(
        .read,
        "/usr/share/libdrm/amdgpu.ids", "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}")
      grants.files(
        "mr",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libcuda*.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libnvidia*.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libnvoptix*.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}tls/libnvidia*.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libnvcuvid.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}lib{GL,GLESv1_CM,GLESv2,EGL}*nvidia.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libGLdispatch.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}vdpau/libvdpau_nvidia.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libnv{rm,dc,imp,os}*.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}gbm/nvidia-drm_gbm.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libnpp{c,ig,ial,icc,idei,ist,if,im,itc}*.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libcublas{,Lt}*.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libcufft.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libcusolver.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libcuparse.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libcurand.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libcudnn{,_adv_infer,_adv_train,_cnn_infer,_cnn_train,_ops_infer,_ops_train}*.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libnvrtc{,-builtins}*.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}libnvToolsExt.so{,.*}",
        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}nvidia/wine/*.dll")
      grants.files(
        .read,
        "/var/lib/snapd/lib/vulkan/", "/var/lib/snapd/lib/vulkan/**",
        "/var/lib/snapd/hostfs/usr/share/vulkan/icd.d/*nvidia*.json", "/var/lib/snapd/lib/glvnd/",
        "/var/lib/snapd/lib/glvnd/**", "/var/lib/snapd/hostfs/usr/share/glvnd/egl_vendor.d/",
        "/var/lib/snapd/hostfs/usr/share/glvnd/egl_vendor.d/*nvidia*.json",
        "/var/lib/snapd/hostfs/usr/share/egl/egl_external_platform.d/",
        "/var/lib/snapd/hostfs/usr/share/egl/egl_external_platform.d/*nvidia*.json")
      grants.files(
        "mr",

        "/var/lib/snapd/hostfs/{,usr/}lib{,32,64,x32}/{,@{multiarch}/}{,nvidia*/}lib{OpenGL,GL,GLU,GLESv1_CM,GLESv2,EGL,GLX}.so{,.*}",
        "/var/lib/snapd/lib/system/gpu/{,**}", "/usr/lib/wsl/{,**}")
      grants.files(.read, "/dev/dri/")
      grants.files(.readWrite, "/dev/dri/card[0-9]*")
      grants.files(
        .read,
        "/etc/vdpau_wrapper.cfg", "/proc/driver/nvidia/params", "/proc/driver/nvidia/gpus/*/information",
        "/proc/driver/nvidia/capabilities/mig/monitor", "/proc/modules")
      grants.files(.readWrite, "/dev/nvidia*")
      grants.unix([.send, .receive], type: .dgram, peerAddress: "@nvidia[0-9a-f]*")
      grants.unix([.send, .receive], type: .stream, peer: .named("Xorg"))
      grants.files(.read, "/usr/share/nvidia/", "/usr/share/nvidia/**")
      grants.files(.readWrite, "/dev/vchiq", "/dev/vcsm-cma", "/dev/dri/renderD[0-9]*")
      grants.files(
        .read,
        "/proc/sys/dev/i915/perf_stream_paranoid", "/proc/sys/vm/mmap_min_addr", "/proc/devices",
        "/sys/devices/system/memory/block_size_bytes", "/sys/module/tegra_fuse/parameters/tegra_*")
      grants.unix([.bind, .listen], type: .seqpacket, address: "@cuda-uvmfd-[0-9a-f]*")
      grants.files(
        .readWrite,
        "/{dev,run}/shm/cuda.*", "/dev/nvhost-*", "/dev/nvmap", "/dev/tegra_dc_ctrl", "/dev/tegra_dc_[0-9]*")
      grants.files(.read, "/sys/devices/platform/amba{,_pl@[0-9]*}/amba{,_pl@[0-9]*}:zyxclmm_drm/*")
      grants.files(
        .readWrite,
        "/dev/pvr_sync", "/dev/mali[0-9]*", "/dev/dma_buf_te", "/dev/dma_heap/linux,cma", "/dev/dma_heap/system",
        "/dev/galcore")
      grants.files(.read, "/etc/OpenCL/vendors/", "/etc/OpenCL/vendors/**")
      grants.files(.readWrite, "/proc/driver/prl_vtg")
      grants.files(
        .read,
        "/sys/devices/{,*pcie-controller/,platform/{soc,scb}/*.pcie/}pci[0-9a-f]*/**/config",
        "/sys/devices/{,*pcie-controller/,platform/{soc,scb}/*.pcie/}pci[0-9a-f]*/**/revision",
        "/sys/devices/{,*pcie-controller/,platform/{soc,scb}/*.pcie/}pci[0-9a-f]*/**/resource",
        "/sys/devices/{,*pcie-controller/,platform/{soc,scb}/*.pcie/}pci[0-9a-f]*/**/irq",
        "/sys/devices/{,*pcie-controller/,platform/{soc,scb}/*.pcie/}pci[0-9a-f]*/**/boot_vga",
        "/sys/devices/{,*pcie-controller/,platform/{soc,scb}/*.pcie/}pci[0-9a-f]*/**/{,subsystem_}class",
        "/sys/devices/{,*pcie-controller/,platform/{soc,scb}/*.pcie/}pci[0-9a-f]*/**/{,subsystem_}device",
        "/sys/devices/{,*pcie-controller/,platform/{soc,scb}/*.pcie/}pci[0-9a-f]*/**/{,subsystem_}vendor",
        "/sys/devices/**/drm{,_dp_aux_dev}/**", "/sys/bus/pci/devices/", "/sys/bus/platform/devices/soc:gpu/",
        "/run/udev/data/+drm:card*", "/run/udev/data/+pci:[0-9a-f]*", "/run/udev/data/+platform:soc:gpu*",
        "/run/udev/data/c226:[0-9]*")
      grants.files(.readWrite, "/run/nvidia-xdriver-*")
      grants.unix([.send, .receive], type: .dgram, peerAddress: "@var/run/nvidia-xdriver-*")
      grants.files(
        .readWrite,
        "/dev/nvgpu/igpu[0-9]*/power", "/dev/nvgpu/igpu[0-9]*/ctrl", "/dev/nvgpu/igpu[0-9]*/prof",
        "/dev/host1x-fence", "/dev/kfd")
      grants.files(
        .read,
        "/sys/module/amdgpu/initstate", "/sys/devices/virtual/kfd/kfd/dev", "/sys/devices/virtual/kfd/kfd/uevent",
        "/sys/devices/virtual/kfd/kfd/topology/{,generation_id,system_properties}",
        "/sys/devices/virtual/kfd/kfd/topology/nodes/[0-9]*/{,gpu_id,properties,io_links/[0-9]*/properties,caches/[0-9]*/properties,mem_banks/[0-9]*/properties}"
      )
      grants.files(.readWrite, "/run/nvidia-persistenced/socket")
      // Libraries of the Windows host, on its Linux subsystem.
      grants.contentMounts.append(
        ContentMount(source: "/usr/lib/wsl", target: "/usr/lib/wsl", optional: true))
      grants.udev(
        #"SUBSYSTEM=="drm", KERNEL=="card[0-9]*""#, #"SUBSYSTEM=="dma_heap", KERNEL=="linux,cma""#,
        #"SUBSYSTEM=="dma_heap", KERNEL=="system""#, #"KERNEL=="vchiq""#, #"KERNEL=="vcsm-cma""#,
        #"KERNEL=="renderD[0-9]*""#, #"KERNEL=="nvhost-*""#, #"KERNEL=="nvmap""#, #"KERNEL=="tegra_dc_ctrl""#,
        #"KERNEL=="tegra_dc_[0-9]*""#, #"KERNEL=="pvr_sync""#, #"KERNEL=="mali[0-9]*""#, #"KERNEL=="dma_buf_te""#,
        #"KERNEL=="galcore""#, #"SUBSYSTEM=="nvidia-gpu-v2-power", KERNEL=="power""#,
        #"SUBSYSTEM=="nvidia-gpu-v2", KERNEL=="ctrl""#, #"SUBSYSTEM=="nvidia-gpu-v2", KERNEL=="prof""#,
        #"SUBSYSTEM=="host1x-fence""#, #"SUBSYSTEM=="kfd", KERNEL=="kfd""#)
    }
  }
}
