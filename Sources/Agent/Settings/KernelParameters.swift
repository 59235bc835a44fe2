import Domain

/// sysctl(8) values of the running kernel, from /proc/sys, as `sysctl.NAME`.
enum KernelParameters {
    static func collect(_ root: ExaminedRoot, notes: inout [CollectionNote]) -> [String: String] {
        guard root.isLive else {
            notes.append(
                CollectionNote(
                    item: "settings.sysctl", reason: "The system is not running, so it has no kernel parameters."))
            return [:]
        }
        var settings: [String: String] = [:]
        var denied: [String] = []
        for name in names {
            let path = "proc/sys/" + name.split(separator: ".").joined(separator: "/")
            do {
                let text = try root.text(path, limit: 1 << 16)
                settings["sysctl.\(name)"] = String(text.prefix { !$0.isNewline })
            } catch  where error != .missing {
                denied.append(name)
            } catch {
                // A parameter that this kernel does not have.
            }
        }
        if !denied.isEmpty {
            notes.append(
                CollectionNote(
                    item: "settings.sysctl", reason: "Not readable by this user: \(denied.joined(separator: ", "))."))
        }
        return settings
    }

    private static let names = [
        "fs.protected_fifos", "fs.protected_hardlinks", "fs.protected_regular", "fs.protected_symlinks",
        "fs.suid_dumpable", "kernel.dmesg_restrict", "kernel.kptr_restrict", "kernel.randomize_va_space",
        "kernel.unprivileged_bpf_disabled", "kernel.yama.ptrace_scope", "net.ipv4.conf.all.accept_redirects",
        "net.ipv4.conf.all.accept_source_route", "net.ipv4.conf.all.log_martians", "net.ipv4.conf.all.rp_filter",
        "net.ipv4.conf.all.secure_redirects", "net.ipv4.conf.all.send_redirects",
        "net.ipv4.icmp_echo_ignore_broadcasts", "net.ipv4.icmp_ignore_bogus_error_responses", "net.ipv4.ip_forward",
        "net.ipv4.tcp_syncookies", "net.ipv6.conf.all.accept_ra", "net.ipv6.conf.all.accept_redirects",
        "net.ipv6.conf.all.accept_source_route", "net.ipv6.conf.all.disable_ipv6", "net.ipv6.conf.all.forwarding",
    ]
}
