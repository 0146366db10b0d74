"""What callers and agents in Brazil and Portugal call things."""

from razdar.core.redaction.cues import Cue

WORDS = {
    Cue.CARD: "cartão|cartões|número do cartão|cartão de crédito|cartão de débito|dezesseis dígitos|16 dígitos|"
    "numero do cartao de credito|nº do cartão|dezasseis dígitos|do cartão",
    Cue.CVV: "números atrás|dígitos atrás|números atrás são|números de trás|código atrás|"
    "código de segurança|o código de segurança|cod de segurança|três dígitos atrás|atrás do cartão|verso do cartão|dígitos do verso|"
    "código do verso|no verso|três números de trás|três dígitos",
    Cue.EXPIRY: "validade|data de validade|vencimento do cartão|vence em|válido até|expira|expira em|val",
    Cue.PIN: "pin|senha do cartão|senha de quatro|senha de seis|senha do caixa|código pin",
    Cue.SECRET: "é seu código|é o seu código|seu código|o código|chegou um sms|sms com|sms com o código|recebi por sms|mensagem com|"
    "código de verificação|código por sms|código que chegou|código de uso único|token|código do sms|"
    "código de confirmação que|código de autenticação|código recebido|chegou o código|código de acesso|código é|"
    "código que recebi|código que enviamos|código de seis dígitos|código enviado",
    Cue.PASSWORD: "senha|palavra-passe|palavra passe|password|minha senha|senha é|contrassenha|a senha",
    Cue.USERNAME: "usuário|nome de usuário|utilizador|nome de utilizador|login|meu usuário",
    Cue.PHONE: "telefone|telefones|número de telefone|celular|número do celular|telemóvel|telemovel|ligar|ligue|liga|"
    "ligação|contato|contacto|número de contato|whatsapp|zap|fone|tel|cel|fixo|telefone fixo|retornar|recado|ddd|"
    "número para contato|meu número",
    Cue.EMAIL: "e-mail|email|correio eletrônico|endereço de e-mail|meu email|correio eletrónico",
    Cue.IBAN: "iban|nib",
    Cue.ACCOUNT: "conta|conta corrente|número da conta|conta poupança|poupança|agência|agência e conta|conta bancária|"
    "número de cliente|código do cliente|número do cliente|número de sócio|número de utente|número da instalação|"
    "código de assinante|matrícula de associado|chave pix|pix",
    Cue.NATIONAL_ID: "documento de identidade|identidade|número de identificação|cartão de cidadão|cartão do cidadão|"
    "carteira de identidade|registro geral|bilhete de identidade|número do documento",
    Cue.TAX_ID: "inscrição estadual|identificação fiscal|contribuinte|número de contribuinte|número fiscal|contribuinte número",
    Cue.PASSPORT: "passaporte|número do passaporte|nº do passaporte",
    Cue.DRIVER_LICENSE: "carteira de motorista|habilitação|carta de condução|número da habilitação|carteira de habilitação|cnh",
    Cue.DOC_ID: "título de eleitor|certidão|número do documento de|visto|autorização de residência|rne|crnm",
    Cue.VEHICLE: "placa|placa do carro|matrícula do carro|matrícula|chassi|veículo|carro|renavam",
    Cue.REFERENCE: "pedido|número do pedido|nº do pedido|protocolo|número de protocolo|número do protocolo|reserva|"
    "código da reserva|localizador|fatura|número da fatura|nota fiscal|apólice|número da apólice|sinistro|"
    "número do sinistro|rastreio|código de rastreio|rastreamento|código de rastreamento|encomenda|número da encomenda|"
    "referência|contrato|número do contrato|bilhete|processo|número do processo|chamado|número do chamado|ticket|"
    "transação|código da transação|ordem de serviço|reclamação|boleto|caso",
    Cue.PERSON: "meu nome é|me chamo|chamo-me|o meu nome é|nome completo|sobrenome|apelido|falo com|quem fala|aqui é|"
    "senhor|senhora|sr|sra|dona|seu|dr|dra|doutor|doutora|titular|em nome de|no nome de|nome é|nome|eu sou|fala com",
    Cue.ADDRESS: "endereço|meu endereço|morada|moro na|moro no|moro em|resido|residência|mora na|entregar na|entregar no|"
    "endereço de entrega|vivo na|logradouro|entrega na",
    Cue.ZIP: "cep|código postal|o cep|codigo postal",
    Cue.DOB: "nascimento|data de nascimento|nasci|nasci em|nascido|nascida|aniversário|nasceu",
    Cue.DATE: "data|dia|agendado|marcado|consulta",
    Cue.AMOUNT: "valor|total|preço|custa|custo|reais|real|euros|centavos|cêntimos|saldo|por cento|quantidade|unidades|"
    "minutos|horas|pessoas|quilos|parcelas|parcela|gigas|mil reais|multa|taxa|conta foi|conta veio|conta subiu|conta deu|conta passou|conta aumentou|"
    "conta de luz|conta de água|conta de telefone|fatura foi|quilowatts|kwh|pontos|km|quilômetros|desconto",
    Cue.THING: "versão|quarto|andar|voo|modelo|artigo|lei|canal|página|ano|código de barras|cupom|código do produto|linha|"
    "ônibus|autocarro|poltrona|portão|sala|código de erro|erro",
}
