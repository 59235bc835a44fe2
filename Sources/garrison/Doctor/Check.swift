/// One thing that `garrison doctor` looked at.
struct Check: Encodable {
    enum Status: String, Encodable {
        case ok, warning, problem
    }

    /// Stable, dotted: `database.roles`.
    let name: String
    let status: Status
    /// What was found, as a sentence.
    let message: String
    /// What to do about it; nil where nothing needs doing.
    let advice: String?

    static func ok(_ name: String, _ message: String) -> Check {
        Check(name: name, status: .ok, message: message, advice: nil)
    }

    /// Works now, and may not for long or not well.
    static func warning(_ name: String, _ message: String, _ advice: String) -> Check {
        Check(name: name, status: .warning, message: message, advice: advice)
    }

    /// Keeps Garrison from working.
    static func problem(_ name: String, _ message: String, _ advice: String?) -> Check {
        Check(name: name, status: .problem, message: message, advice: advice)
    }
}

/// A group of checks of one subject. Examinations never fail: what goes wrong is a check's result.
protocol Examination {
    func checks() async -> [Check]
}
