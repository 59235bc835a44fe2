import Agent
import Domain
import Testing

@Suite("Settings are read as their programs read them")
struct HostSettingsTests {
    @Test("the first value of a keyword counts, includes are followed, Match blocks are not global")
    func sshd() throws {
        let settings = try ExaminedTree()
            .write(
                "etc/ssh/sshd_config",
                """
                # PermitRootLogin yes
                Include /etc/ssh/sshd_config.d/*.conf
                permitrootlogin yes
                PasswordAuthentication = "no" # comment
                AllowUsers alice bob
                X11Forwarding=yes
                Match User bob
                  MaxAuthTries 9
                """
            )
            .write("etc/ssh/sshd_config.d/10-site.conf", "PermitRootLogin prohibit-password\nMatch all\nUsePAM no\n")
            .write("etc/ssh/sshd_config.d/20-old.conf.bak", "PermitRootLogin never\n")
            .collect().settings
        #expect(settings["sshd.permit_root_login"] == "prohibit-password")
        #expect(settings["sshd.password_authentication"] == "no")
        #expect(settings["sshd.allow_users"] == "alice bob")
        #expect(settings["sshd.x11_forwarding"] == "yes")
        #expect(settings["sshd.max_auth_tries"] == nil)
        #expect(settings["sshd.use_pam"] == nil)
    }

    @Test("files that include each other end")
    func includeLoop() throws {
        let tree = try ExaminedTree().write("etc/ssh/sshd_config", "Include sshd_config\nUsePAM yes\n")
        #expect(try tree.collect().settings["sshd.use_pam"] == "yes")
    }

    @Test("login.defs gives the ages of passwords")
    func loginDefinitions() throws {
        let settings = try ExaminedTree()
            .write("etc/login.defs", "#PASS_MAX_DAYS 1\nPASS_MAX_DAYS\t90\nPASS_MIN_DAYS 7 # x\nOTHER 1\nUMASK\n")
            .collect().settings
        #expect(settings == ["login_defs.pass_max_days": "90", "login_defs.pass_min_days": "7"])
    }

    @Test("a mounted system has no kernel parameters, and says so")
    func sysctl() throws {
        let inventory = try ExaminedTree().write("proc/sys/net/ipv4/ip_forward", "1\n").collect()
        #expect(inventory.settings["sysctl.net.ipv4.ip_forward"] == nil)
        #expect(!inventory.reasons("settings.sysctl").isEmpty)
    }
}
