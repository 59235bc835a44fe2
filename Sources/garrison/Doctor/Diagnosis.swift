/// What all examinations found.
struct Diagnosis: Encodable {
    let checks: [Check]

    var problems: Int { count(.problem) }
    var warnings: Int { count(.warning) }

    private func count(_ status: Check.Status) -> Int { checks.count { $0.status == status } }

    /// Looks at everything, in the order in which a start needs it.
    static func make(_ configuration: Configuration) async -> Diagnosis {
        let examinations: [any Examination] = [
            ConfigurationExamination(configuration: configuration), ResourceExamination(),
            ServerProgramExamination(configuration: configuration),
            DataDirectoryExamination(path: configuration.dataDirectory),
            SecretKeyExamination(path: configuration.secretKeyFile),
            ObjectStoreExamination(configuration: configuration), MachineExamination(),
            DatabaseExamination(configuration: configuration), ListenExamination(configuration: configuration),
        ]
        var checks: [Check] = []
        for examination in examinations { checks += await examination.checks() }
        return Diagnosis(checks: checks)
    }

    private enum CodingKeys: String, CodingKey {
        case checks, problems, warnings
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(problems, forKey: .problems)
        try values.encode(warnings, forKey: .warnings)
        try values.encode(checks, forKey: .checks)
    }

    /// A line for each check, the advice under it.
    var text: String {
        let width = 8
        var lines: [String] = []
        for check in checks {
            let status = check.status.rawValue
            lines.append(status + String(repeating: " ", count: width - status.count) + " " + check.message)
            if let advice = check.advice { lines.append(String(repeating: " ", count: width + 1) + "→ " + advice) }
        }
        return lines.joined(separator: "\n")
    }
}
