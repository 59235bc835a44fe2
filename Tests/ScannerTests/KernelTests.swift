import Domain
import Scanner
import Testing

private func image(_ release: String, _ version: String) -> InstalledPackage {
    let signed = version.replacing("-", with: "+")
    return deb("linux-image-\(release)", version, source: "linux-signed-amd64", sourceVersion: signed)
}

private let flaw = advisory("CVE-2024-1", "linux", [fixed("6.1.90-1")])
private let old = image("6.1.0-18-amd64", "6.1.76-1")
private let new = image("6.1.0-21-amd64", "6.1.90-1")

@Suite("Kernel vulnerabilities are those of the kernel that runs")
struct DebianKernelTests {
    @Test("a signed image is looked up as linux, by its own version")
    func signedImage() throws {
        let finding = try #require(scan([old], with: [flaw], kernel: "6.1.0-18-amd64").findings.first)
        #expect(finding.packages == ["linux-image-6.1.0-18-amd64"])
        #expect(finding.explanation.package == "linux")
        #expect(finding.installed == "6.1.76-1")
        #expect(finding.explanation.notes == ["running kernel 6.1.0-18-amd64"])
    }

    @Test("with the fixed kernel running there is no finding, and the old one is noted")
    func fixedKernelRuns() {
        let report = scan([old, new], with: [flaw], kernel: "6.1.0-21-amd64")
        #expect(report.findings.isEmpty)
        #expect(report.notes.map(\.kind) == [.kernelNotRunning])
        #expect(report.notes.first?.message.contains("linux-image-6.1.0-18-amd64") == true)
    }

    @Test("when an installed newer kernel has the fix, the finding says to reboot into it")
    func reboot() {
        let report = scan([old, new], with: [flaw], kernel: "6.1.0-18-amd64")
        #expect(report.findings.count == 1)
        #expect(report.findings.first?.explanation.notes.contains { $0.contains("reboot into 6.1.0-21-amd64") } == true)
    }

    @Test("a kernel that nothing fixes asks for no reboot")
    func noReboot() {
        let open = advisory("CVE-2024-2", "linux", [unfixed])
        let report = scan([old, new], with: [open], kernel: "6.1.0-18-amd64")
        #expect(report.findings.first?.explanation.notes == ["running kernel 6.1.0-18-amd64"])
    }

    @Test(
        "packages made from the kernel's source make no finding",
        arguments: [
            "linux-libc-dev", "linux-headers-6.1.0-18-amd64", "linux-doc", "linux-perf", "linux-tools-6.1",
            "linux-kbuild-6.1", "bpftool", "linux-image-6.1.0-18-amd64-dbg", "linux-image-amd64",
        ])
    func companions(_ name: String) {
        let report = scan([deb(name, "6.1.76-1", source: "linux"), old], with: [flaw], kernel: "6.1.0-18-amd64")
        #expect(report.findings.map(\.packages) == [["linux-image-6.1.0-18-amd64"]])
    }

    @Test(
        "packages that only sound like the kernel are packages like any other",
        arguments: ["linux-atm", "linux-base", "linuxptp"])
    func lookAlikes(_ source: String) {
        let record = advisory("CVE-2024-1", source, [unfixed])
        #expect(scan([deb("some-binary", "1.0-1", source: source)], with: [record]).findings.count == 1)
    }

    @Test("without a kernel release the newest installed one is taken, and a note says so")
    func offline() {
        let report = scan([new, old], with: [flaw, advisory("CVE-2024-2", "linux", [unfixed])])
        #expect(report.findings.map(\.id) == ["CVE-2024-2"])
        #expect(report.findings.first?.packages == ["linux-image-6.1.0-21-amd64"])
        #expect(report.notes.map(\.kind) == [.kernelAssumed])
    }

    @Test("in a container the kernel is the host's: no finding, and a note")
    func container() {
        let report = scan([deb("linux-libc-dev", "6.1.76-1", source: "linux")], with: [flaw], kernel: "5.10.0-8-amd64")
        #expect(report.findings.isEmpty)
        #expect(report.notes.map(\.kind) == [.kernelForeign])
    }

    @Test("the signed and the unsigned package of one kernel make one finding")
    func unsigned() {
        let twin = deb("linux-image-6.1.0-18-amd64-unsigned", "6.1.76-1", source: "linux")
        let report = scan([twin, old], with: [flaw], kernel: "6.1.0-18-amd64")
        #expect(report.findings.map(\.packages) == [["linux-image-6.1.0-18-amd64"]])
        #expect(report.notes.isEmpty)
    }

    @Test("a backported kernel has its own source and advisories")
    func backport() {
        let record = advisory("CVE-2024-1", "linux-5.10", [fixed("5.10.209-2~deb10u1")])
        let installed = deb("linux-image-5.10-amd64", "5.10.1-1", source: "linux-signed-5.10-amd64")
        #expect(
            scan([installed], with: [record, flaw], kernel: "5.10-amd64").findings.map(\.explanation.package) == [
                "linux-5.10"
            ])
    }
}

@Suite("Ubuntu's and Enterprise Linux's kernels")
struct OtherKernelTests {
    private let jammy = Ecosystem(family: "ubuntu", release: "22.04")

    @Test(
        "Ubuntu's signed kernels are looked up under their branch's source",
        arguments: [("linux-signed", "linux"), ("linux-signed-hwe-6.5", "linux-hwe-6.5"), ("linux-aws", "linux-aws")])
    func ubuntu(_ source: String, _ name: String) {
        let record = advisory("USN-1", name, [fixed("5.15.0-92.102")], on: jammy, source: .osv)
        let packages = [
            deb("linux-image-5.15.0-91-generic", "5.15.0-91.101", source: source),
            deb("linux-modules-5.15.0-91-generic", "5.15.0-91.101", source: name),
            deb("linux-image-generic", "5.15.0.91.88", source: "linux-meta"),
        ]
        let report = scan(packages, with: [record], on: jammy, kernel: "5.15.0-91-generic")
        #expect(report.findings.map(\.packages) == [["linux-image-5.15.0-91-generic"]])
    }

    private let el9 = [
        advisory("ALSA-1", "kernel-core", [fixed("5.14.0-362.18.1.el9_3")], on: alma, source: .osv),
        advisory("ALSA-1", "kernel", [fixed("5.14.0-362.18.1.el9_3")], on: alma, source: .nvd),
        advisory("ALSA-2", "kernel", [fixed("5.14.0-400.el9")], on: alma, source: .osv),
        advisory("ALSA-3", "kernel-tools", [unfixed], on: alma, source: .osv),
    ]

    private func kernel(_ version: String) -> [InstalledPackage] {
        ["kernel", "kernel-core", "kernel-modules", "kernel-tools"].map { rpm($0, version, source: "kernel") }
    }

    @Test("the running rpm kernel is found by version and architecture, and judged once")
    func running() {
        let packages = kernel("5.14.0-362.8.1.el9_3") + kernel("5.14.0-362.18.1.el9_3")
        let report = scan(packages, with: el9, on: alma, kernel: "5.14.0-362.8.1.el9_3.x86_64")
        #expect(report.findings.map(\.id) == ["ALSA-1", "ALSA-2"])
        #expect(report.findings.allSatisfy { $0.packages == ["kernel-core"] })
        #expect(
            report.findings.first?.explanation.notes.contains { $0.contains("reboot into 5.14.0-362.18.1.el9_3") }
                == true)
    }

    @Test("after the reboot only what the new kernel lacks is left")
    func rebooted() {
        let packages = kernel("5.14.0-362.8.1.el9_3") + kernel("5.14.0-362.18.1.el9_3")
        let report = scan(packages, with: el9, on: alma, kernel: "5.14.0-362.18.1.el9_3.x86_64")
        #expect(report.findings.map(\.id) == ["ALSA-2"])
    }

    @Test("a real-time kernel is not the plain one of the same version")
    func realTime() {
        let packages = [rpm("kernel-core", "5.14.0-362.8.1.el9_3"), rpm("kernel-rt-core", "5.14.0-362.8.1.el9_3")]
        let record = advisory("ALSA-4", "kernel-rt-core", [unfixed], on: alma, source: .osv)
        let report = scan(packages, with: [record], on: alma, kernel: "5.14.0-362.8.1.el9_3.x86_64+rt")
        #expect(report.findings.map(\.packages) == [["kernel-rt-core"]])
    }
}
