import Domain
import Glibc

/// Whether what was installed takes effect only with a restart of the machine.
enum RestartNeed {
    /// Packages that every process, or the kernel itself, has in it; as needs-restarting(1) lists them.
    private static let names: Set = [
        "libc6", "glibc", "musl", "systemd", "dbus", "dbus-broker", "dbus-daemon", "linux-firmware", "amd64-microcode",
        "intel-microcode", "microcode_ctl",
    ]
    private static let prefixes = ["linux-image-", "kernel", "linux-lts", "linux-virt"]
    /// Packages leave this behind (Debian's policy manual, Ubuntu).
    private static let marks = ["/run/reboot-required", "/var/run/reboot-required"]

    /// Why, as a clause; nil when none is needed.
    static func reason(
        _ changes: [PlannedChange], _ tool: any PackageTool, _ process: ToolProcess
    ) async throws -> String? {
        if let mark = marks.first(where: { access($0, F_OK) == 0 }) { return "\(mark) is there" }
        let core = changes.filter { change in
            change.new != nil && (names.contains(change.name) || prefixes.contains { change.name.hasPrefix($0) })
        }
        if !core.isEmpty { return "\(core.map(\.name).joined(separator: ", ")) changed" }
        guard tool.kind == .dnf, ToolProcess.find("needs-restarting") != nil else { return nil }
        let outcome = try await process.run(ToolCommand("needs-restarting", ["-r"]), limit: .seconds(120))
        return outcome.status == 1 ? "needs-restarting says so" : nil
    }

    /// Whoever is signed in is told by shutdown(8). Where there is none, as on Alpine, nobody is told.
    static func command(minutes: Int) -> ToolCommand {
        if ToolProcess.find("shutdown") != nil {
            return ToolCommand(
                "shutdown",
                ["-r", minutes == 0 ? "now" : "+\(minutes)", "Patches were installed: this machine is restarted."])
        }
        return ToolCommand("sh", ["-c", "(sleep \(minutes * 60); reboot) >/dev/null 2>&1 &"])
    }
}
