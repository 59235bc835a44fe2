import Domain

extension ConnectorKind {
    /// What carries jobs of deployments out through an account.
    ///
    /// - Parameter connector: the account's.
    /// - Throws: `ConnectorError.setting` for what cannot be.
    public func patchExecutor(
        _ configuration: ConnectorConfiguration, on connector: any Connector
    ) throws(ConnectorError) -> ScriptPatchExecutor {
        ScriptPatchExecutor(
            connector, kind: id, script: try configuration.script(PatchSettings.script),
            ordersUpdates: try configuration.flag(PatchSettings.updates) ?? false)
    }
}

/// What is entered of an account that patches machines; off without it.
enum PatchSettings {
    static let script = "patch_script"
    static let updates = "intune_updates"

    static let scriptField = ConnectorKind.Field(
        script,
        "The script of the vendor's library that installs patches for deployments, by its name; none, and nothing is installed."
    )
    static let updatesField = ConnectorKind.Field(
        updates, "Whether deployments of Windows updates have devices that only Intune manages fetch theirs; false.")
}

extension ConnectorConfiguration {
    /// A script's name, which stands between quotation marks in vendors' command lines.
    func script(_ name: String) throws(ConnectorError) -> String? {
        guard let script = self[name] else { return nil }
        let isPlain = script.utf8.allSatisfy { $0 >= 0x20 && !Array("\"'`$".utf8).contains($0) }
        guard isPlain, !script.hasPrefix("-"), script.count <= 200 else {
            throw .setting(
                name: name,
                reason: "it must be a name of at most 200 characters without quotation marks that begins with no hyphen"
            )
        }
        return script
    }
}
