import API
import Domain
import Reports

/// The contract of `garrison scan --format json`: an array of objects with exactly these keys, the
/// riskiest first. Unknown values are null rather than absent, so that readers test one key.
enum FindingJSON {
    static func render(_ findings: [Finding]) -> [UInt8] {
        // Findings take some hundred bytes each; the writer need not grow.
        var writer = JSONWriter(capacity: 64 + findings.count * 900)
        writer.array(findings.map(Item.init))
        return writer.finish() + [UInt8(ascii: "\n")]
    }

    private struct Item: JSONWritable {
        let finding: Finding

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("id", finding.id)
                writer.field("package", finding.packages.first ?? finding.explanation.package)
                writer.field("installed", finding.installed)
                writer.field("fixed", finding.fixed)
                writer.field("severity", finding.severity?.rawValue)
                writer.field("cvss", finding.cvss)
                writer.field("epss", finding.epss)
                writer.field("kev", finding.isKnownExploited)
                writer.field("exploits", finding.exploitCount)
                writer.field("risk", finding.risk)
                writer.field("explanation", object: explain)
            }
        }

        private func explain(_ writer: inout JSONWriter) {
            let explanation = finding.explanation
            writer.field("sentence", explanation.sentence)
            writer.field("records", array: explanation.records)
            writer.field("source", explanation.source.rawValue)
            writer.field("ecosystem", explanation.ecosystem)
            writer.field("package", explanation.package)
            writer.field("packages", array: finding.packages)
            writer.field("range", explanation.range)
            writer.field("scheme", explanation.scheme.rawValue)
            writer.field("installed", explanation.installed)
            writer.field("comparison", explanation.comparison)
            writer.field("state", finding.state.rawValue)
            writer.field("notes", array: explanation.notes)
        }
    }
}
