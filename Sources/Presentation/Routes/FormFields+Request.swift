import API

extension FormFields {
    /// What a form sent, of the fields that it may show again.
    static func entered(_ request: RequestReader, _ names: [String]) -> [String: String] {
        var entered: [String: String] = [:]
        for name in names { entered[name] = request.form[name] }
        return entered
    }
}
