import Domain
import Scanner
import Testing

private let el8 = Ecosystem(family: "almalinux", release: "8")

private func nodejs(_ version: String, module: String?) -> InstalledPackage {
    rpm("nodejs", version, module: module)
}

private let streams = [
    advisory(
        "ALSA-18", "nodejs", [fixed("1:18.19.0-1.module_el8.9.0+3734+dde3ecd6")], on: el8, source: .osv,
        note: "module:nodejs:18"),
    advisory(
        "ALSA-20", "nodejs", [fixed("1:20.11.0-1.module_el8.9.0+3743+dde3ecd6")], on: el8, source: .osv,
        note: "module:nodejs:20"),
]

@Suite("RPM module streams")
struct ModuleTests {
    @Test("a record on a stream speaks of packages of that stream alone")
    func ownStream() {
        let installed = nodejs("1:18.14.2-2.module_el8.7.0+3464+d4b0eba7", module: "nodejs:18")
        #expect(scan([installed], with: streams, on: el8).findings.map(\.id) == ["ALSA-18"])
    }

    @Test("a label may go on with the module's version and context")
    func longLabel() {
        let installed = nodejs("1:18.14.2-2.module_el8.7.0+3464+d4b0eba7", module: "nodejs:18:8070020230306:bd1311ed")
        #expect(scan([installed], with: streams, on: el8).findings.map(\.id) == ["ALSA-18"])
    }

    @Test("a modular build of an unknown stream is indeterminate")
    func unknownStream() {
        let installed = nodejs("1:18.14.2-2.module_el8.7.0+3464+d4b0eba7", module: nil)
        let report = scan([installed], with: streams, on: el8)
        #expect(report.findings.isEmpty)
        #expect(report.indeterminate.map(\.id) == ["ALSA-18", "ALSA-20"])
    }

    @Test("a record without a stream is on the plain build, and the plain build on it")
    func plainBuild() {
        let plain = advisory("ALSA-P", "nodejs", [fixed("1:99-1.el8")], on: el8, source: .osv)
        let modular = nodejs("1:18.19.0-1.module_el8.9.0+3734+dde3ecd6", module: "nodejs:18")
        #expect(scan([modular], with: streams + [plain], on: el8).findings.isEmpty)
        #expect(
            scan([nodejs("1:16.1-1.el8", module: nil)], with: streams + [plain], on: el8).findings.map(\.id) == [
                "ALSA-P"
            ])
    }

    @Test(
        "of the builds that a record names as fixes for several minor releases, none is affected by it",
        arguments: ["1:10.24.0-1.module_el8.3.0+2047+b07ac28e", "1:10.24.0-1.module_el8.5.0+81+7dbe79d3"])
    func fixedBuilds(_ installed: String) {
        let fixes = ["1:10.24.0-1.module_el8.5.0+81+7dbe79d3", "1:10.24.0-1.module_el8.3.0+2047+b07ac28e"]
        let record = advisory(
            "ALSA-2021:0735", "nodejs", fixes.map { fixed($0) }, on: el8, source: .osv, note: "module:nodejs:10")
        #expect(scan([nodejs(installed, module: "nodejs:10")], with: [record], on: el8).findings.isEmpty)
        let older = nodejs("1:10.23.1-1.module_el8.3.0+1+aa", module: "nodejs:10")
        #expect(scan([older], with: [record], on: el8).findings.map(\.fixed) == [fixes[0]])
    }

    @Test("rpm packages are looked up by their own names")
    func binaryNames() {
        let record = advisory("ALSA-1", "openssl-libs", [fixed("1:3.0.7-25.el9")], on: alma, source: .osv)
        let packages = [rpm("openssl-libs", "1:3.0.7-24.el9", source: "openssl"), rpm("openssl", "1:3.0.7-24.el9")]
        #expect(scan(packages, with: [record], on: alma).findings.map(\.packages) == [["openssl-libs"]])
    }
}
