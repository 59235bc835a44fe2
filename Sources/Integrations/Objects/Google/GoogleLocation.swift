/// Where a bucket of Google Cloud Storage is.
struct GoogleLocation: Sendable {
    let bucket: String
    let prefix: String
    let origin: String
    let kmsKey: String?
    /// An emulator, which wants no account.
    let isEmulator: Bool

    /// - Throws: `ObjectError.setting`.
    init(_ address: StoreAddress, environment: [String: String]) throws(ObjectError) {
        bucket = address.name
        prefix = address.prefix
        kmsKey = address.option("kms_key")
        let emulator = environment["STORAGE_EMULATOR_HOST"].flatMap { $0.isEmpty ? nil : $0 }
        isEmulator = emulator != nil && address.option("endpoint") == nil
        let named = address.option("endpoint") ?? emulator.map { $0.contains("://") ? $0 : "http://\($0)" }
        origin = try StoreAddress.origin(named ?? "https://storage.googleapis.com")
    }

    var objects: String { "/storage/v1/b/\(PercentEncoding.encode(bucket))/o" }
    var uploads: String { "/upload\(objects)" }

    /// Here a slash is encoded.
    func object(_ key: ObjectKey) -> String { "\(objects)/\(PercentEncoding.encode(prefix + key.text))" }
}
