import Foundation
import TestSupport
import Testing

/// One `garrison doctor --json`, with everything in order that the test does not put out of it.
struct DoctorRun {
    struct Check: Equatable {
        let status: String
        let message: String
        let advice: String?
    }

    let status: Int32
    let checks: [String: Check]
    let problems: Int

    subscript(name: String) -> Check? { checks[name] }

    init(
        _ flags: [String] = [], environment: [String: String] = [:], prefix: [String] = [], folder: String? = nil
    ) throws {
        let scratch = try TestFolder()
        defer { scratch.remove() }
        let defaults = [
            "GARRISON_LISTEN": "127.0.0.1:\(try freePort())", "GARRISON_DATA_DIR": folder ?? "\(scratch.path)/data",
        ]
        let result = try GarrisonProcess.run(
            ["doctor", "--json"] + flags, environment: defaults.merging(environment) { $1 }, prefix: prefix)
        let document = try result.json(as: [String: Any].self)
        var checks: [String: Check] = [:]
        for check in document["checks"] as? [[String: Any]] ?? [] {
            checks[check["name"] as? String ?? ""] = Check(
                status: check["status"] as? String ?? "", message: check["message"] as? String ?? "",
                advice: check["advice"] as? String)
        }
        status = result.status
        self.checks = checks
        problems = document["problems"] as? Int ?? -1
    }

    /// That there is this problem, that the exit code says so, and that it comes with advice.
    func expectProblem(_ name: String, _ message: String, advice: String, location: SourceLocation = #_sourceLocation) {
        #expect(self[name]?.status == "problem", sourceLocation: location)
        #expect(self[name]?.message.contains(message) == true, "\(checks)", sourceLocation: location)
        #expect(self[name]?.advice?.contains(advice) == true, "\(checks)", sourceLocation: location)
        #expect(status == 1 && problems >= 1, sourceLocation: location)
    }

    func expectWarning(_ name: String, _ message: String, advice: String, location: SourceLocation = #_sourceLocation) {
        #expect(self[name]?.status == "warning", sourceLocation: location)
        #expect(self[name]?.message.contains(message) == true, "\(checks)", sourceLocation: location)
        #expect(self[name]?.advice?.contains(advice) == true, "\(checks)", sourceLocation: location)
    }
}

/// Runs a command as an ordinary user, from root.
let asNobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
