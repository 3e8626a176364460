// The newest subjects of an inbox by EWS, in C# with nothing but .NET: a program as stories and `coexist exec` run it.
//
//   coexist exec -- dotnet run scenarios/clients/inbox.cs 'CONTOSO\mary' 'Pa55word!'        (.NET 10; with .NET 8 or 9 in a project)
//
// COEXIST_EWS_URL_CONTOSO says where the server is and COEXIST_CA_FILE whom it is trusted by.

using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;

const string Messages = "http://schemas.microsoft.com/exchange/services/2006/messages";
const string Types = "http://schemas.microsoft.com/exchange/services/2006/types";
const string Soap = "http://schemas.xmlsoap.org/soap/envelope/";

var url = Environment.GetEnvironmentVariable("COEXIST_EWS_URL_CONTOSO") ?? throw new InvalidOperationException("COEXIST_EWS_URL_CONTOSO is not set");
var authority = X509Certificate2.CreateFromPem(File.ReadAllText(Environment.GetEnvironmentVariable("COEXIST_CA_FILE")!));
using var handler = new HttpClientHandler
{
    UseProxy = false,
    ServerCertificateCustomValidationCallback = (_, certificate, chain, _) =>
    {
        chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate!) && certificate!.MatchesHostname(new Uri(url).Host);
    },
};
using var client = new HttpClient(handler);
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{args[0]}:{args[1]}")));

var request = $"""
    <s:Envelope xmlns:s="{Soap}" xmlns:m="{Messages}" xmlns:t="{Types}"><s:Body>
      <m:FindItem Traversal="Shallow">
        <m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape>
        <m:IndexedPageItemView MaxEntriesReturned="5" Offset="0" BasePoint="Beginning"/>
        <m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds>
      </m:FindItem>
    </s:Body></s:Envelope>
    """;
using var answer = await client.PostAsync(url, new StringContent(request, Encoding.UTF8, "text/xml"));
answer.EnsureSuccessStatusCode();
var document = XDocument.Parse(await answer.Content.ReadAsStringAsync());
foreach (var subject in document.Descendants(XName.Get("Subject", Types)))
    Console.WriteLine(subject.Value);
