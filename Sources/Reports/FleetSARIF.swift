import Domain

/// The findings of many endpoints as SARIF 2.1.0: one rule a vulnerability, one result a finding on an endpoint.
/// The rules stand behind the results, because only then all are known.
package struct FleetSARIF: FleetReport {
    private let version: String
    private var results = JSONElements()
    private var rules = JSONElements()
    private var ruleBytes: [UInt8] = []
    private var vulnerability: String?

    /// - Parameter program: the version of the one that writes it.
    package init(program: String) { version = program }

    package mutating func start() throws -> [UInt8] {
        Array("{\"$schema\":\"\(SARIF.schema)\",\"version\":\"2.1.0\",\"runs\":[{\"results\":[\n".utf8)
    }

    package mutating func add(_ finding: FleetFinding) throws -> [UInt8] {
        if finding.finding.id != vulnerability {
            vulnerability = finding.finding.id
            ruleBytes += try rules.next(SARIFRule(finding.finding))
        }
        return try results.next(SARIFResult(finding, rule: rules.count - 1))
    }

    package mutating func end() throws -> [UInt8] {
        let driver = "\"name\":\"Garrison\",\"version\":\(try rules.text(version)),\"rules\":[\n"
        return Array("\n],\"tool\":{\"driver\":{\(driver)".utf8) + ruleBytes + Array("\n]}}}]}\n".utf8)
    }
}
