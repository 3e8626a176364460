// The newest subjects of an inbox by EWS, in C# with nothing but .NET: a program as stories and `coexist exec` run it.
//
//   coexist exec -- sh scenarios/clients/csharp.sh inbox.cs 'CONTOSO\mary' 'Pa55word!'
//
// COEXIST_EWS_URL_CONTOSO says where the server is; nothing else here knows of a lab. C# 7: .NET, .NET Framework and Mono compile it.

using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using System.Xml.Linq;

public static class Inbox
{
    private const string Messages = "http://schemas.microsoft.com/exchange/services/2006/messages";
    private const string Types = "http://schemas.microsoft.com/exchange/services/2006/types";
    private const string Soap = "http://schemas.xmlsoap.org/soap/envelope/";

    public static int Main(string[] args) => Run(args).GetAwaiter().GetResult();

    private static async Task<int> Run(string[] args)
    {
        var url = Environment.GetEnvironmentVariable("COEXIST_EWS_URL_CONTOSO");
        // Names of the lab are the proxy's to find, where there is one; localhost is not.
        var proxy = new WebProxy(Environment.GetEnvironmentVariable("HTTPS_PROXY"), true);
        using (var handler = new HttpClientHandler { Proxy = proxy })
        using (var client = new HttpClient(handler))
        {
            // Only where the run time cannot judge the lab's authority itself: see csharp.sh.
            var proven = Environment.GetEnvironmentVariable("PROVEN_CERTIFICATE");
            if (proven != null)
                handler.ServerCertificateCustomValidationCallback = (_, certificate, __, errors) =>
                    (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0
                    && certificate.RawData.SequenceEqual(new X509Certificate2(proven).RawData);
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{args[0]}:{args[1]}")));
            using (var answer = await client.PostAsync(url, new StringContent(Request(), Encoding.UTF8, "text/xml")))
            {
                answer.EnsureSuccessStatusCode();
                var document = XDocument.Parse(await answer.Content.ReadAsStringAsync());
                foreach (var subject in document.Descendants(XName.Get("Subject", Types)))
                    Console.WriteLine(subject.Value);
            }
        }
        return 0;
    }

    private static string Request() => $@"<s:Envelope xmlns:s=""{Soap}"" xmlns:m=""{Messages}"" xmlns:t=""{Types}""><s:Body>
  <m:FindItem Traversal=""Shallow"">
    <m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI=""item:Subject""/></t:AdditionalProperties></m:ItemShape>
    <m:IndexedPageItemView MaxEntriesReturned=""5"" Offset=""0"" BasePoint=""Beginning""/>
    <m:ParentFolderIds><t:DistinguishedFolderId Id=""inbox""/></m:ParentFolderIds>
  </m:FindItem>
</s:Body></s:Envelope>";
}
