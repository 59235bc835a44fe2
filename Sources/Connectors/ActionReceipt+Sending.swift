import Domain

extension ActionReceipt {
    /// What became of sending something: where that cannot be told, a receipt that says so.
    ///
    /// - Parameter reference: what to ask by, where that is known before.
    static func of(
        _ reference: String?, _ send: () async throws -> ActionReceipt
    ) async throws -> ActionReceipt {
        do {
            return try await send()
        } catch let error as ConnectorError {
            guard case .uncertain = error else { throw error }
            return ActionReceipt(reference: reference, state: .unknown(error.message))
        }
    }
}
