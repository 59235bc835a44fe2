/// Answers that are no success, in the words of each interface.
enum MicrosoftErrors {
    static let target = "43f4cb08-8fac-4b65-9db1-745c2ae65f3a"

    static func defender(_ status: Int, _ code: String, _ message: String) -> SimulatedAnswer {
        var json = JSONText()
        json.object { json in
            json.object("error") { json in
                json.field("code", code)
                json.field("message", message)
                json.field("target", target)
            }
        }
        return .json(status, json)
    }

    static func graph(_ status: Int, _ code: String, _ message: String) -> SimulatedAnswer {
        var json = JSONText()
        json.object { json in
            json.object("error") { json in
                json.field("code", code)
                json.field("message", message)
                json.object("innerError") { json in
                    json.field("date", "2026-01-01T00:00:00")
                    json.field("request-id", target)
                    json.field("client-request-id", target)
                }
            }
        }
        return .json(status, json)
    }

    /// Intune puts an object into the message.
    static func intune(_ status: Int, _ code: String, _ message: String) -> SimulatedAnswer {
        graph(
            status, code,
            "{\r\n  \"_version\": 3,\r\n  \"Message\": \"\(message) - Operation ID (for customer support): \(target)\"\r\n}"
        )
    }

    static func token(_ status: Int, _ error: String, _ number: Int, _ message: String) -> SimulatedAnswer {
        var json = JSONText()
        json.object { json in
            json.field("error", error)
            json.field(
                "error_description",
                "AADSTS\(number): \(message)\r\nTrace ID: \(target)\r\nCorrelation ID: \(target)\r\n"
                    + "Timestamp: 2026-01-01 00:00:00Z")
            json.array("error_codes") { $0.raw("\(number)") }
            json.field("timestamp", "2026-01-01 00:00:00Z")
            json.field("trace_id", target)
            json.field("correlation_id", target)
            json.field("error_uri", "https://login.microsoftonline.com/error?code=\(number)")
        }
        return .json(status, json)
    }
}
