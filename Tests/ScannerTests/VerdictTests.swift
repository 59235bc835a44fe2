import Domain
import Scanner
import Testing

@Suite("Why a package is not reported")
struct VerdictTests {
    private let records = [
        advisory("CVE-1", "tool", [fixed("2.0-1", from: "1.0-1")]),
        advisory("CVE-2", "tool", state: .notAffected, note: "Built without it"),
        advisory("CVE-3", "tool", [VersionRange(lastAffected: "1.5-1")]),
        advisory("CVE-4", "tool", [unfixed], on: Ecosystem(family: "debian", release: "11")),
        advisory("CVE-5", "tool", [fixed("0")]),
        advisory("CVE-6", "tool", state: .undetermined),
        advisory("CVE-7", "tool", versions: ["1.1-1"]),
        advisory("CVE-8", "other", [unfixed]),
        advisory("CVE-9", "linux", [fixed("6.1.90-1")]),
    ]

    private func verdict(
        _ id: String, _ package: InstalledPackage, installed: [InstalledPackage] = [], kernel: String? = nil
    ) -> Verdict {
        HostScanner(index: index(records)).verdict(
            for: package, vulnerability: id,
            target: ScanTarget(ecosystem: bookworm, kernelRelease: kernel, packages: installed))
    }

    private func verdict(_ id: String, _ version: String) -> Verdict { verdict(id, deb("tool", version)) }

    @Test("the first condition that fails is named")
    func conditions() {
        #expect(
            verdict("CVE-1", "2.0-1")
                == .fixed(
                    record: "debian CVE-1", fixed: "2.0-1", comparison: "2.0-1 >= 2.0-1 in the order of deb versions"))
        #expect(verdict("CVE-1", "0.9-1") == .beforeIntroduced(record: "debian CVE-1", introduced: "1.0-1"))
        #expect(verdict("CVE-2", "1.0-1") == .notAffected(record: "debian CVE-2", note: "Built without it"))
        #expect(verdict("CVE-3", "1.6-1") == .afterLastAffected(record: "debian CVE-3", last: "1.5-1"))
        #expect(verdict("CVE-4", "1.0-1") == .otherEcosystemOnly(["debian:11"]))
        #expect(verdict("CVE-5", "1.0-1") == .neverAffected(record: "debian CVE-5"))
        #expect(verdict("CVE-7", "1.2-1") == .notListed(record: "debian CVE-7"))
        #expect(
            verdict("CVE-8", "1.0-1") == .notNamed(package: "tool", ecosystem: "debian:12", others: ["other"]))
        #expect(verdict("CVE-99", "1.0-1") == .unknownVulnerability("CVE-99"))
        #expect(verdict("CVE-1", "") == .versionUnknown(reason: "is empty"))
    }

    @Test("doubt is told as doubt, and what is reported as affected")
    func others() {
        guard case .indeterminate = verdict("CVE-6", "1.0-1") else { return #expect(Bool(false), "not in doubt") }
        guard case .affected(let why) = verdict("CVE-1", "1.5-1") else { return #expect(Bool(false), "not affected") }
        #expect(why.comparison == "1.0-1 <= 1.5-1 < 2.0-1")
    }

    @Test("kernels that do not run and packages of the kernel's source say so")
    func kernels() {
        let old = deb("linux-image-6.1.0-18-amd64", "6.1.76-1", source: "linux-signed-amd64")
        let new = deb("linux-image-6.1.0-21-amd64", "6.1.90-1", source: "linux-signed-amd64")
        let headers = deb("linux-libc-dev", "6.1.76-1", source: "linux")
        let host = [old, new, headers]
        let running = "6.1.0-21-amd64"
        #expect(verdict("CVE-9", headers, installed: host, kernel: running) == .kernelCompanion)
        #expect(verdict("CVE-9", old, installed: host, kernel: running) == .kernelNotRunning(running: running))
        #expect(
            verdict("CVE-9", new, installed: host, kernel: running)
                == .fixed(
                    record: "debian CVE-9", fixed: "6.1.90-1",
                    comparison: "6.1.90-1 >= 6.1.90-1 in the order of deb versions")
        )
    }

    @Test("another module stream is named")
    func modules() {
        let record = advisory("ALSA-1", "nodejs", [unfixed], on: alma, source: .osv, note: "module:nodejs:18")
        let verdict = HostScanner(index: index([record])).verdict(
            for: rpm("nodejs", "1:20-1.module_el9+1", module: "nodejs:20"), vulnerability: "ALSA-1",
            target: ScanTarget(ecosystem: alma, packages: []))
        #expect(verdict == .otherModule(record: "osv ALSA-1"))
    }

    @Test("every verdict is a sentence")
    func sentences() {
        for id in 1...9 {
            for version in ["", "0.9-1", "1.0-1", "2.0-1"] {
                let sentence = verdict("CVE-\(id)", version).sentence
                #expect(sentence.hasSuffix(".") && sentence.count > 10)
            }
        }
    }
}
