/// One-time tokens by which agents are enrolled: `gae_…`.
public enum EnrolmentKind: TokenKind {
    public static let prefix = "gae_"
}

public typealias EnrolmentToken = BearerToken<EnrolmentKind>
