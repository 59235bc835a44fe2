import AgentRuntime
import Testing

@Suite("Package tools")
struct PatchToolTests {
    private let targets = [ToolTarget("libssl3", "amd64", "3.0.11-1"), ToolTarget("tzdata", "all", "2024a-0")]

    @Test("apt's plan says what changes, with dependencies and what would be removed")
    func aptPlan() {
        let plan = """
            Reading package lists...
            Inst libc6 [2.36-9+deb12u4] (2.36-9+deb12u7 Debian:12.6/stable, Debian-Security:12/stable-security [amd64]) []
            Inst libssl3:i386 [3.0.9-1] (3.0.11-1~deb12u2 Debian:12.6/stable [i386])
            Inst newpkg (1:1.2 Debian:12.6/stable [all])
            Remv oldpkg [0.9-1]
            Conf libc6 (2.36-9+deb12u7 Debian:12.6/stable [amd64])
            """
        #expect(
            AptTool().changes(in: plan) == [
                PlannedChange("libc6", "amd64", old: "2.36-9+deb12u4", new: "2.36-9+deb12u7"),
                PlannedChange("libssl3", "i386", old: "3.0.9-1", new: "3.0.11-1~deb12u2"),
                PlannedChange("newpkg", "all", old: nil, new: "1:1.2"),
                PlannedChange("oldpkg", old: "0.9-1", new: nil),
            ])
        let uris = """
            'http://deb.debian.org/a/libssl3_3.0.11_amd64.deb' libssl3_3.0.11_amd64.deb 2000000 SHA256:00
            'http://deb.debian.org/a/tzdata_2024a_all.deb' tzdata_2024a_all.deb 300000 SHA256:00
            """
        #expect(AptTool().downloadBytes(in: uris) == 2_300_000)
    }

    @Test("apt is told exactly what to install, asks nobody, removes nothing, and keeps to its bandwidth")
    func aptWords() {
        let install = AptTool().install(targets)
        #expect(install.arguments.suffix(3) == ["install", "libssl3:amd64=3.0.11-1", "tzdata=2024a-0"])
        #expect(install.arguments.contains("--no-remove") && install.arguments.contains("-y"))
        #expect(install.environment["DEBIAN_FRONTEND"] == "noninteractive")
        let download = AptTool().download(targets, bytesPerSecond: 512_000)
        #expect(download.arguments.contains("Acquire::https::Dl-Limit=500"))
        #expect(AptTool().plan([ToolTarget("tzdata", nil, nil)]).arguments.last == "tzdata")
        #expect(AptTool().fileNames("tzdata", "amd64", "1:2")[0] == "tzdata_1%3a2_amd64.deb")
        let states = "ii \ta\tinstalled\nrc \tb\tconfig-files\niF \tc\thalf-configured\niU \td\tunpacked\n"
        #expect(AptTool().unfinished(in: states) == ["c": "half-configured", "d": "unpacked"])
    }

    @Test("what a tool says of its failure is found among its words")
    func complaints() {
        let dpkg = """
            Setting up bad (2.0) ...
            dpkg: error processing package bad (--configure):
             installed bad package post-installation script subprocess returned error exit status 3
            E: Sub-process /usr/bin/dpkg returned an error code (1)
            """
        #expect(
            AptTool().complaint(in: dpkg)
                == "dpkg: error processing package bad (--configure): installed bad package post-installation script "
                + "subprocess returned error exit status 3")
        let dnf = "Last metadata expiration check\nError: Unable to find a match: demo-9\n"
        #expect(DnfTool().complaint(in: dnf) == "Error: Unable to find a match: demo-9")
        #expect(DnfTool().complaint(in: "") == "it said nothing")
    }

    @Test("dnf's table says what changes")
    func dnfPlan() {
        let plan = """
            Dependencies resolved.
            ================================================================================
             Package              Arch     Version               Repository          Size
            ================================================================================
            Upgrading:
             openssl              x86_64   1:3.0.7-27.el9        baseos             1.2 M
             a-package-with-a-name-that-is-longer-than-the-column
                                  noarch   2.0-1                 appstream           12 k
            Installing dependencies:
             openssl-fips-provider x86_64  3.0.7-2.el9           baseos             9.4 k
            Installing:
             newthing             noarch   1.0-1               tests             5.5 k
                 replacing  oldthing.noarch 1.0-1
            Removing dependent packages:
             compat-openssl11     x86_64   1:1.1.1k-4.el9        @appstream         3.6 M

            Transaction Summary
            ================================================================================
            Upgrade  2 Packages

            Total download size: 1.5 M
            Operation aborted.
            """
        #expect(
            DnfTool().changes(in: plan) == [
                PlannedChange("openssl", "x86_64", old: nil, new: "1:3.0.7-27.el9"),
                PlannedChange(
                    "a-package-with-a-name-that-is-longer-than-the-column", "noarch", old: nil, new: "2.0-1"),
                PlannedChange("openssl-fips-provider", "x86_64", old: nil, new: "3.0.7-2.el9"),
                PlannedChange("newthing", "noarch", old: nil, new: "1.0-1"),
                PlannedChange("oldthing", "noarch", old: "1.0-1", new: nil),
                PlannedChange("compat-openssl11", "x86_64", old: "1:1.1.1k-4.el9", new: nil),
            ])
        #expect(DnfTool().downloadBytes(in: plan) == 1_572_864)
        #expect(DnfTool().isPlan(1, plan) && !DnfTool().isPlan(1, "Error: Unable to find a match: demo-9"))
        let install = DnfTool().install([ToolTarget("openssl", "x86_64", "1:3.0.7-27.el9")])
        #expect(install.arguments.suffix(2) == ["install", "openssl-1:3.0.7-27.el9.x86_64"])
    }

    /// As apk-tools 2.14 prints it.
    @Test("apk's simulation says what changes, and nothing is pinned by installing")
    func apkPlan() {
        let plan = """
            (1/3) Upgrading busybox (1.36.1-r4 -> 1.36.1-r5)
            (2/3) Installing ssl_client (1.36.1-r5)
            (3/3) Purging old-thing (0.1-r0)
            OK: 8 MiB in 15 packages
            """
        #expect(
            ApkTool().changes(in: plan) == [
                PlannedChange("busybox", old: "1.36.1-r4", new: "1.36.1-r5"),
                PlannedChange("ssl_client", old: nil, new: "1.36.1-r5"),
                PlannedChange("old-thing", old: "0.1-r0", new: nil),
            ])
        let broken = "(1/1) Upgrading slow (1.0-r0 -> 2.0-r0)\n1 error; 0 MiB in 4 packages\n"
        #expect(ApkTool().isPlan(1, broken) && !ApkTool().isPlan(1, "ERROR: unable to select packages:\n"))
        #expect(
            ApkTool().unfinished(in: "P:bad\nf:s\nP:good\nP:half\nf:f\n")
                == ["bad": "there, and its script failed", "half": "there in part"])
        let install = ApkTool().install([ToolTarget("busybox", nil, "1.36.1-r5")])
        #expect(install.arguments.suffix(2) == ["upgrade", "busybox"])
        let back = ApkTool().restore([ToolTarget("busybox", nil, "1.36.1-r4", file: "/x/b.apk")], removing: [])
        #expect(back.map { $0.arguments.suffix(2) } == [["add", "/x/b.apk"]])
    }
}
