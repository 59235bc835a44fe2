import Domain
import FoundationEssentials

/// How Microsoft's interfaces say what HTTP leaves open.
struct MicrosoftDialect: VendorDialect {
    /// `Microsoft Defender`, `Microsoft Graph`, `Microsoft Entra`.
    let vendor: String

    /// Seconds; Intune sometimes gives none with 429.
    func wait(after response: VendorResponse, now: Date) -> Double? { response.retryAfter(now: now) }

    /// Nobody is sent elsewhere: a cloud is chosen, not found.
    func origin(after response: VendorResponse) -> VendorOrigin? { nil }

    func reason(_ response: VendorResponse) -> String {
        let bytes = response.body
        let text = (try? VendorRecord(bytes, 0..<bytes.count)).flatMap { try? Self.reason($0) }
        return text ?? "it answers with status \(response.status) and no reason"
    }

    /// The reason in the body of an answer, or of one of a batch; nil where there is none.
    static func reason(_ record: VendorRecord) throws(FieldRefusal) -> String? {
        // Tokens: {"error":"invalid_client","error_description":"AADSTS7000215: …\r\nTrace ID: …"}
        if let text = try record.text("error_description") { return sentence(text) }
        guard let error = try record.record("error") else { return nil }
        let code = try error.text("code")
        guard let message = try error.text("message") else { return code }
        let plain = sentence(unwrapped(message))
        return code.map { "\(plain) (\($0))" } ?? plain
    }

    /// Intune puts an object with its message into the message.
    private static func unwrapped(_ message: String) -> String {
        guard message.hasPrefix("{") else { return message }
        let bytes = Array(message.utf8)
        let inner = try? VendorRecord(bytes, 0..<bytes.count).text(anyOf: "Message", "message")
        return inner ?? message
    }

    /// The first line without its full stop: behind it are numbers for Microsoft's support.
    private static func sentence(_ text: String) -> String {
        var line = String(text.prefix { !$0.isNewline })
        while line.last == "." || line.last == " " { line.removeLast() }
        return line
    }
}
