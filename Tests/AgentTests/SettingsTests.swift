import Domain
import TestSupport
import Testing

@Suite("Settings that compliance rules read", .blocking)
struct SettingsTests {
    private func settings(_ files: [String: String]) throws -> [String: String] {
        let root = try ScratchRoot()
        for (name, text) in files { try root.write(name, text) }
        return try root.collect().settings
    }

    @Test(
        "sshd_config(5)",
        arguments: [
            ("PermitRootLogin no", "no"), ("permitrootlogin = yes", "yes"), ("PermitRootLogin \"no\" # x", "no"),
            ("PermitRootLogin no\nPermitRootLogin yes", "no"), ("Match User a\nPermitRootLogin yes", nil),
            ("#PermitRootLogin yes", nil), ("PermitRootLogin", nil),
        ] as [(String, String?)])
    func sshd(text: String, value: String?) throws {
        #expect(try settings(["etc/ssh/sshd_config": text])["sshd.permit_root_login"] == value)
    }

    @Test("Include is followed where it stands, in the names' order, and hidden files are left out")
    func include() throws {
        let found = try settings([
            "etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\nX11Forwarding yes\nUsePAM no",
            "etc/ssh/sshd_config.d/10-a.conf": "X11Forwarding no", "etc/ssh/sshd_config.d/20-b.conf": "UsePAM yes",
            "etc/ssh/sshd_config.d/.hidden.conf": "UsePAM maybe", "etc/ssh/sshd_config.d/x.txt": "UsePAM never",
        ])
        #expect(found == ["sshd.x11_forwarding": "no", "sshd.use_pam": "yes"])
    }

    @Test("files that include each other end", .timeLimit(.minutes(10)))
    func loop() throws {
        var files = ["etc/ssh/sshd_config": "Include sshd_config.d/*\nBanner none"]
        for index in 0..<20 { files["etc/ssh/sshd_config.d/\(index)"] = "Include sshd_config.d/*" }
        #expect(try settings(files) == ["sshd.banner": "none"])
    }

    @Test("login.defs(5)")
    func loginDefinitions() throws {
        let text = "PASS_MAX_DAYS\t90 # days\n# UMASK 022\nUMASK 027\nUNKNOWN 1\nLOGIN_RETRIES"
        #expect(
            try settings(["etc/login.defs": text])
                == ["login_defs.pass_max_days": "90", "login_defs.umask": "027"])
    }

    @Test("the running kernel's parameters")
    func kernelParameters() throws {
        let forwarding = try Command.output("cat", "/proc/sys/net/ipv4/ip_forward").lines.first
        #expect(try hostInventory().settings["sysctl.net.ipv4.ip_forward"] == forwarding)
    }
}
