/// What the abbreviations of CVSS vectors mean, after FIRST's specifications.
package enum CVSSWords {
    private typealias Metric = (name: String, values: [String: String])

    private static let impact = ["H": "high", "L": "low", "N": "none"]
    private static let requirement = ["H": "high", "M": "medium", "L": "low"]

    private static let version3: [String: Metric] = [
        "AV": ("Attack vector", ["N": "network", "A": "adjacent network", "L": "local", "P": "physical"]),
        "AC": ("Attack complexity", ["L": "low", "H": "high"]),
        "PR": ("Privileges required", ["N": "none", "L": "low", "H": "high"]),
        "UI": ("User interaction", ["N": "none", "R": "required"]),
        "S": ("Scope", ["U": "unchanged", "C": "changed"]),
        "C": ("Confidentiality", impact), "I": ("Integrity", impact), "A": ("Availability", impact),
        "E": ("Exploit maturity", ["U": "unproven", "P": "proof of concept", "F": "functional", "H": "high"]),
        "RL": ("Remediation", ["O": "official fix", "T": "temporary fix", "W": "workaround", "U": "unavailable"]),
        "RC": ("Report confidence", ["U": "unknown", "R": "reasonable", "C": "confirmed"]),
        "CR": ("Confidentiality requirement", requirement), "IR": ("Integrity requirement", requirement),
        "AR": ("Availability requirement", requirement),
    ]

    private static let version4: [String: Metric] = [
        "AV": ("Attack vector", ["N": "network", "A": "adjacent", "L": "local", "P": "physical"]),
        "AC": ("Attack complexity", ["L": "low", "H": "high"]),
        "AT": ("Attack requirements", ["N": "none", "P": "present"]),
        "PR": ("Privileges required", ["N": "none", "L": "low", "H": "high"]),
        "UI": ("User interaction", ["N": "none", "P": "passive", "A": "active"]),
        "VC": ("Confidentiality, vulnerable system", impact), "VI": ("Integrity, vulnerable system", impact),
        "VA": ("Availability, vulnerable system", impact),
        "SC": ("Confidentiality, subsequent systems", impact),
        "SI": ("Integrity, subsequent systems", impact.merging(["S": "safety"]) { $1 }),
        "SA": ("Availability, subsequent systems", impact.merging(["S": "safety"]) { $1 }),
        "E": ("Exploit maturity", ["A": "attacked", "P": "proof of concept", "U": "unreported"]),
        "CR": ("Confidentiality requirement", requirement), "IR": ("Integrity requirement", requirement),
        "AR": ("Availability requirement", requirement),
        "S": ("Safety", ["N": "negligible", "P": "present"]), "AU": ("Automatable", ["N": "no", "Y": "yes"]),
        "R": ("Recovery", ["A": "automatic", "U": "by users", "I": "irrecoverable"]),
        "V": ("Value density", ["D": "diffuse", "C": "concentrated"]),
        "RE": ("Response effort", ["L": "low", "M": "moderate", "H": "high"]),
        "U": ("Provider urgency", ["Clear": "none", "Green": "reduced", "Amber": "moderate", "Red": "highest"]),
    ]

    private static let version2: [String: Metric] = [
        "AV": ("Access vector", ["N": "network", "A": "adjacent network", "L": "local"]),
        "AC": ("Access complexity", ["L": "low", "M": "medium", "H": "high"]),
        "Au": ("Authentication", ["N": "none", "S": "single", "M": "multiple"]),
        "C": ("Confidentiality", partial), "I": ("Integrity", partial), "A": ("Availability", partial),
        "E": ("Exploitability", ["U": "unproven", "POC": "proof of concept", "F": "functional", "H": "high"]),
        "RL": ("Remediation", ["OF": "official fix", "TF": "temporary fix", "W": "workaround", "U": "unavailable"]),
        "RC": ("Report confidence", ["UC": "unconfirmed", "UR": "uncorroborated", "C": "confirmed"]),
    ]
    private static let partial = ["N": "none", "P": "partial", "C": "complete"]

    /// The vector's metrics in words, in its order; what is “not defined” is left out, and what is not
    /// known here stands as it is.
    package static func decode(_ vector: String) -> [(metric: String, value: String)] {
        var parts = vector.filter { $0 != "(" && $0 != ")" }.split(separator: "/")
        var table = version2
        if let first = parts.first, first.hasPrefix("CVSS:") {
            table = first.hasPrefix("CVSS:4") ? version4 : version3
            parts.removeFirst()
        }
        return parts.compactMap { part in
            let halves = part.split(separator: ":", maxSplits: 1).map(String.init)
            guard halves.count == 2, halves[1] != "X", halves[1] != "ND" else { return nil }
            if let metric = table[halves[0]] { return (metric.name, metric.values[halves[1]] ?? halves[1]) }
            if halves[0].hasPrefix("M"), let metric = table[String(halves[0].dropFirst())] {
                return ("Modified \(metric.name.lowercased())", metric.values[halves[1]] ?? halves[1])
            }
            return (halves[0], halves[1])
        }
    }
}
