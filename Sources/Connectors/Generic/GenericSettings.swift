import Domain

/// A declaration, and who we are to the vendor that it describes.
struct GenericSettings: Sendable {
    let declaration: Declaration
    let base: VendorOrigin
    let user: String?
    let secret: String?
    let requestsPerMinute: Int
    /// Seconds.
    let overlap: Double

    init(_ configuration: ConnectorConfiguration) throws(ConnectorError) {
        let text = try configuration.required("declaration")
        do {
            declaration = try DeclarationReader.read(text)
        } catch {
            throw .setting(name: "declaration", reason: error.text)
        }
        if let address = configuration["base_url"] {
            base = try VendorOrigin(address, setting: "base_url")
        } else if let origin = declaration.base {
            base = origin
        } else {
            throw .setting(name: "base_url", reason: "it is missing here and in the declaration")
        }
        user = configuration["user"]
        secret = declaration.auth.needsSecret ? try configuration.requiredSecret("secret") : nil
        if declaration.auth.needsUser { _ = try configuration.required("user") }
        let limit = try configuration.number("requests_per_minute", in: 1...1_000_000)
        requestsPerMinute = limit ?? declaration.requestsPerMinute
        overlap = Double(try configuration.number("overlap_seconds", in: 0...86_400) ?? 600)
    }
}
