import Foundation
import TestSupport
import Testing

/// Real AlmaLinux advisories, of the bundled data, through the command.
@Suite("AlmaLinux's module streams", .blocking)
struct ModuleStreamTests {
    private func scan(_ version: String, module: String?) throws -> [PrintedFinding] {
        let label = module.map { ",\"module\":\"\($0)\"" } ?? ""
        let inventory = """
            {"hostname":"a","os":{"id":"almalinux","version":"8.5"},
             "packages":[{"type":"rpm","name":"nodejs","version":"\(version)"\(label)}]}
            """
        let outcome = try Program.run(
            garrison: ["scan", "--inventory", "-", "--intel", BundledIndex.path], input: Data(inventory.utf8))
        return try findings(outcome)
    }

    private func advisories(_ findings: [PrintedFinding]) -> Set<String> {
        Set(findings.flatMap(\.explanation.records).map { $0.replacing("osv ", with: "") })
    }

    @Test("an advisory on one stream does not speak of another")
    func streams() throws {
        let found = advisories(try scan("1:16.13.1-3.module_el8.5.0+2605+45d748af", module: "nodejs:16"))
        #expect(found.contains("ALSA-2022:4796") && found.contains("ALSA-2022:6964"))
        #expect(found.isDisjoint(with: ["ALSA-2022:0350", "ALSA-2022:6448", "ALSA-2022:7821", "ALSA-2021:0735"]))
    }

    @Test(
        "each of the builds that an advisory names as its fixes has the fix",
        arguments: ["1:16.13.1-3.module_el8.5.0+2605+45d748af", "1:16.13.1-3.module_el8.5.0+246+05401605"])
    func fixedBuilds(_ version: String) throws {
        #expect(!advisories(try scan(version, module: "nodejs:16")).contains("ALSA-2021:5171"))
    }

    @Test("a module build whose stream is unknown makes no finding")
    func unknownStream() throws {
        #expect(try scan("1:16.13.1-2.module_el8.5.0+1+aa", module: nil).isEmpty)
    }
}
