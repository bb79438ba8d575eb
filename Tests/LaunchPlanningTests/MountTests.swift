import LaunchPlan
import Permissions
import Testing

@testable import LaunchPlanning

/// What rules about mounts become.
@Suite struct MountTests {
  private static let planner = LaunchPlanningTests.planner()

  private func plan(_ change: (inout PermissionSet) -> Void) throws -> LaunchPlan {
    var subject = subject()
    change(&subject.entries[0].grants)
    return try Self.planner.plans(for: subject, base: core22).plans[0]
  }

  @Test func whatIsDescribedIsLeftToAKeeper() throws {
    let plan = try plan { grants in
      grants.syscalls("mount", "umount2")
      grants.mountCapabilities(.sysAdmin)
      grants.mount(
        types: "{ext4,nfs{,4}}", options: ["ro", "nosuid", "silent"], from: "/dev/sd*",
        to: "/var/snap/@{SNAP_NAME}/@{SNAP_REVISION}/a{,/}", brokered: .only(["errors"]))
      grants.mount(options: ["rw", "rbind"], from: "/a", to: "/b", brokered: .only([]))
      grants.mount(types: "cifs", from: "//**", to: "/c/", brokered: .any)
      grants.unmount("/b{,/}", brokered: true)
      // None of these can be said to the keeper: they are no way to mount.
      grants.mount(types: "tmpfs", options: ["rw", "bogus"], to: "/d", brokered: .only([]))
      grants.mount(types: "fuse.*", options: ["rw"], to: "/d", brokered: .only([]))
      grants.mount(options: ["rw"], from: "/dev/hugepages", brokered: .only([]))
      grants.mount(options: ["rw"], from: "/dev/sda", to: "/d", brokered: .only([]))
      grants.mount(types: "tmpfs", options: ["rw"], to: "/d/@{UNKNOWN}", brokered: .only([]))
      grants.mount(types: "tmpfs", options: ["rw"], to: "/d", effect: .deny, brokered: .only([]))
    }
    #expect(
      plan.describedMounts == [
        DescribedMount(
          types: ["ext4", "nfs", "nfs4"], flags: [.readOnly, .noSetUID], options: ["errors"], source: "/dev/sd*",
          target: "/var/snap/foo/7/a{,/}"),
        DescribedMount(flags: [.bind, .recursive], source: "/a", target: "/b"),
        DescribedMount(types: ["cifs"], flags: nil, options: nil, source: "//**", target: "/c/"),
      ])
    #expect(plan.describedUnmounts == ["/b{,/}"])
    #expect(plan.handledAccess == .all && !plan.pathRules.isEmpty)
    #expect(plan.capabilities & Capability.sysAdmin.mask == 0)
  }

  /// Where one rule needs the process itself to mount, it has the power, and Landlock has no say.
  @Test func whoMountsByItselfHasNoKeeper() throws {
    let described: (inout PermissionSet) -> Void = { grants in
      grants.syscalls("mount")
      grants.mountCapabilities(.sysAdmin)
      grants.mount(types: "tmpfs", options: ["rw"], to: "/a", brokered: .only([]))
    }
    let others: [(inout PermissionSet) -> Void] = [
      { $0.mount() }, { $0.unmount("/") }, { $0.pivotRoot() }, { $0.traits.insert(.everything) },
    ]
    for other in others {
      let plan = try plan {
        described(&$0)
        other(&$0)
      }
      #expect(plan.describedMounts.isEmpty && plan.handledAccess == [])
      #expect(plan.capabilities & Capability.sysAdmin.mask != 0)
    }
    // A power that something else needs stays, and mounts nothing: Landlock bars it.
    let administrator = try plan {
      described(&$0)
      $0.capabilities(.sysAdmin)
    }
    #expect(administrator.capabilities & Capability.sysAdmin.mask != 0 && administrator.handledAccess == .all)
    // What the filters refuse needs no keeper.
    let unheard = try plan { $0.mount(types: "tmpfs", options: ["rw"], to: "/a", brokered: .only([])) }
    #expect(unheard.describedMounts.isEmpty && unheard.handledAccess == .all)
  }
}
